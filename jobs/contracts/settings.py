"""The typed settings that infrastructure hands to DAGs as Airflow configuration options.

MWAA passes them as `AIRFLOW__PLATFORM__<KEY>`; the local platform reads them from the same template
and changes endpoints and sizes only. Values are strings there: lists are comma-separated.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self

SECTION = "platform"


class SettingsError(ValueError):
    """Settings that are missing or of the wrong form; the message names the key."""


@dataclass(frozen=True, kw_only=True)
class PlatformSettings:
    """Where the platform's parts are and how large jobs may be."""

    environment: str
    account: str
    region: str
    code_archive_uri: str
    """`s3://` URI of the zip of `jobs/`, content-addressed."""
    code_entry_uri: str
    """`s3://` URI of `jobs/main.py`, the one entry point of Spark steps, content-addressed."""
    mlflow_tracking_uri: str
    mlflow_secret: str = ""
    """The secret with which jobs log in to MLflow; empty where it asks for none."""
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
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    kms_key_arn: str
    poll_seconds: int
    """Seconds between two looks at a job's state; a laptop looks often, AWS throttles."""
    spark_engines: tuple[str, ...] = ()
    """`job=engine` of the Spark jobs that do not run on EMR."""
    processing_instance_type: str = ""
    processing_image: str = ""
    """AWS's Spark image for SageMaker Processing."""
    processing_conf_uri: str = ""
    """`s3://` URI of that image's Spark settings, content-addressed."""

    def to_options(self) -> dict[str, str]:
        """The settings as Airflow configuration options, `platform.<key>` to string."""
        return {
            f"{SECTION}.{field.name}": _render(getattr(self, field.name))
            for field in fields(self)
            if getattr(self, field.name) != field.default
        }

    @classmethod
    def from_options(cls, options: Mapping[str, str]) -> Self:
        """Read what `to_options` wrote; raises SettingsError on a missing, unknown or ill-typed key."""
        known = {f"{SECTION}.{field.name}": field for field in fields(cls)}
        missing = sorted(key for key in set(known) - set(options) if known[key].default is MISSING)
        unknown = sorted(key for key in set(options) - set(known) if key.startswith(f"{SECTION}."))
        if missing or unknown:
            raise SettingsError(f"platform settings: missing {missing}, unknown {unknown}; allowed are {sorted(known)}")
        given = {key: field for key, field in known.items() if key in options}
        return cls(**{field.name: _parse(key, options[key], field.type) for key, field in given.items()})

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
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _parse(key: str, text: str, kind: object) -> Any:
    if kind is int:
        if not text.isdigit():
            raise SettingsError(f"{key}: {text!r} is not a whole number of 0 or more")
        return int(text)
    if kind is str:
        return text
    return tuple(part for part in text.split(",") if part)
