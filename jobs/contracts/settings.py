"""The typed settings that infrastructure hands to DAGs as Airflow configuration options.

MWAA passes them as `AIRFLOW__PLATFORM__<KEY>`; the local platform reads them from the same template
and changes endpoints and sizes only. Option values are non-empty strings: lists are comma-separated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from jobs.contracts.engines import RuntimeSettings, engines, to_texts
from jobs.contracts.tables import ContractError

SECTION = "platform"

#: Who approves a model that is better than the champion: the training DAG, or a person.
AUTOMATIC, MANUAL = "automatic", "manual"
APPROVALS = (AUTOMATIC, MANUAL)


class SettingsError(ValueError):
    """Settings that are missing or malformed; the message names the key."""


@dataclass(frozen=True, kw_only=True)
class PlatformSettings:
    """The addresses of the platform's parts, and the engines, sizes and limits of jobs; None means not configured."""

    environment: str
    account: str
    region: str
    code_archive_uri: str
    """`s3://` URI of the zip of `jobs/`, content-addressed."""
    code_entry_uri: str
    """`s3://` URI of `jobs/main.py`, the one entry point of Spark steps, content-addressed."""
    mlflow_tracking_uri: str
    mlflow_secret: str | None = None
    """The secret with which jobs log in to MLflow; None if MLflow requires no authentication."""
    emr_mode: str
    """`transient` or `persistent`."""
    emr_job_flow: str
    """RunJobFlow overrides of a transient cluster as JSON, rendered from the environment's SparkCluster."""
    training_image: str
    serving_image: str
    training_instance_type: str
    tuning_max_jobs: int
    tuning_max_parallel_jobs: int
    transform_instance_type: str
    approval: str
    """Who approves a model that is better than the champion, one of `APPROVALS`."""
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    kms_key_arn: str
    poll_seconds: int
    """Seconds between two requests for the state of a job; AWS throttles short intervals."""
    spark_engines: tuple[str, ...] = to_texts(engines({}))
    """`job=engine` of every Spark job."""
    runtime: RuntimeSettings = field(default_factory=RuntimeSettings)
    processing_instance_type: str | None = None
    processing_image: str | None = None
    """AWS's Spark image for SageMaker Processing; None, as the two around it, if no Spark job runs there."""
    processing_conf_uri: str | None = None
    """`s3://` URI of that image's Spark settings, content-addressed."""

    def to_options(self) -> dict[str, str]:
        """The settings as Airflow configuration options, `platform.<key>` to string; None is no option."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {f"{SECTION}.{name}": _render(value) for name, value in values.items() if value is not None}

    @classmethod
    def from_options(cls, options: Mapping[str, str]) -> Self:
        """Read what `to_options` wrote; raises SettingsError on a missing, unknown or malformed key."""
        known = {f"{SECTION}.{each.name}": each for each in fields(cls)}
        missing = sorted(key for key in set(known) - set(options) if known[key].default is not None)
        unknown = sorted(key for key in set(options) - set(known) if key.startswith(f"{SECTION}."))
        if missing or unknown:
            raise SettingsError(f"platform settings: missing {missing}, unknown {unknown}; allowed are {sorted(known)}")
        given = {key: each for key, each in known.items() if key in options}
        return cls(**{each.name: _parse(key, options[key], each.type) for key, each in given.items()})

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read them from `AIRFLOW__PLATFORM__<KEY>` variables, the form MWAA gives a worker."""
        prefix = f"AIRFLOW__{SECTION.upper()}__"
        return cls.from_options(
            {
                f"{SECTION}.{name.removeprefix(prefix).lower()}": value
                for name, value in environ.items()
                if name.startswith(prefix)
            }
        )


def _render(value: object) -> str:
    if isinstance(value, RuntimeSettings):
        return value.to_text()
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _parse(key: str, text: str, kind: object) -> Any:
    if kind is RuntimeSettings:
        try:
            return RuntimeSettings.from_text(text)
        except ContractError as error:
            raise SettingsError(f"{key}: {error}") from error
    if kind is int:
        if not text.isdigit():
            raise SettingsError(f"{key}: {text!r} is not a whole number of 0 or more")
        return int(text)
    if kind in (str, str | None):
        return text
    return tuple(part for part in text.split(",") if part)
