from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.contracts.engines import RuntimeSettings
from jobs.contracts.tables import ContractError

MINUTES = st.integers(5, 200)


@given(
    spark=MINUTES,
    training=MINUTES,
    wait=st.integers(200, 240),
    volume=st.integers(1, 1000),
    instances=st.integers(1, 9),
)
def test_settings_survive_the_text_of_an_option(
    spark: int, training: int, wait: int, volume: int, instances: int
) -> None:
    settings = RuntimeSettings(
        spark_minutes=spark,
        training_minutes=training,
        training_wait_minutes=wait,
        training_volume_gb=volume,
        processing_instances=instances,
    )
    assert RuntimeSettings.from_text(settings.to_text()) == settings


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"spark_minutes": 4}, r"runtime.spark_minutes: received 4; allowed is 5 to 240, because an Airflow task ends"),
        ({"tuning_minutes": 241}, r"runtime.tuning_minutes: received 241; allowed is 5 to 240"),
        ({"processing_instances": 0}, r"runtime.processing_instances: received 0; allowed is 1 or more"),
        (
            {"training_wait_minutes": 90},
            r"training_wait_minutes: received 90; allowed is at least training_minutes, 120",
        ),
    ],
)
def test_limits_that_a_task_does_not_outlive_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        RuntimeSettings(**change)


@pytest.mark.parametrize("text", ["{", "[]", '{"unknown": 1}', "5"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ContractError, match=r"is not what RuntimeSettings.to_text writes"):
        RuntimeSettings.from_text(text)
