"""Settings survive the Airflow options that carry them, and every value is written."""

from dataclasses import fields, replace

import pytest

from jobs.contracts.engines import RuntimeSettings
from jobs.contracts.settings import PlatformSettings, SettingsError
from tests.jobs.dags.conftest import platform_settings

LOGIN = "mlops-dev/tracking"


@pytest.mark.parametrize(
    "settings",
    [
        platform_settings(),
        replace(platform_settings(), mlflow_secret=LOGIN, runtime=RuntimeSettings(spark_minutes=60)),
        replace(platform_settings(), processing_image=None, processing_conf_uri=None, processing_instance_type=None),
    ],
)
def test_settings_survive_their_options(settings: PlatformSettings) -> None:
    assert PlatformSettings.from_options(settings.to_options()) == settings


def test_every_value_is_written_also_a_default_and_none_is_no_option() -> None:
    settings = replace(platform_settings(), mlflow_secret=None)
    written = settings.to_options()
    assert set(written) == {f"platform.{each.name}" for each in fields(settings)} - {"platform.mlflow_secret"}
    # MWAA refuses an empty option value.
    assert all(written.values())
    assert written["platform.spark_engines"].split(",")[0] == "ingest=emr"


def test_an_option_that_is_missing_unknown_or_malformed_is_named() -> None:
    written = platform_settings().to_options()
    without_runtime = {key: text for key, text in written.items() if key != "platform.runtime"}
    with pytest.raises(SettingsError, match=r"missing \['platform.runtime'\], unknown \['platform.colour'\]"):
        PlatformSettings.from_options({**without_runtime, "platform.colour": "x"})
    with pytest.raises(SettingsError, match=r"platform.poll_seconds: 'often' is not a whole number"):
        PlatformSettings.from_options({**written, "platform.poll_seconds": "often"})
    with pytest.raises(SettingsError, match=r"platform.runtime: runtime: '5' is not what"):
        PlatformSettings.from_options({**written, "platform.runtime": "5"})
