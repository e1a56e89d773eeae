"""What transforms return is checked by its schema, before Spark computes anything."""

from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.partitions import Partitions
from jobs.contracts.tables import ContractError
from jobs.spark.results import cleansed_tables, feature_rows, spine_rows
from jobs.spark.transforms import load_transforms
from tests.jobs.spark.samples import pipeline_of

PIPELINE = pipeline_of(Partitions.daily())
CLEANSED = {
    "reading_id": "string",
    "meter": "string",
    "use": "double",
    "tariff": "string",
    "prediction_time": "timestamp",
    "target": "double",
    "day": "string",
}
FEATURES = {"meter": "string", "event_time": "string", "use_yesterday": "double", "tariff": "string"}
SPINE = {
    "reading_id": "string",
    "meter": "string",
    "prediction_time": "timestamp",
    "target": "double",
    "day": "string",
}


def _frame(spark: SparkSession, types: dict[str, str], **changed: str | None) -> DataFrame:
    chosen = {name: each for name, each in {**types, **changed}.items() if each}
    return spark.createDataFrame([], ", ".join(f"{name} {each}" for name, each in chosen.items()))


def test_tables_groups_and_rows_of_the_contract_are_accepted(spark: SparkSession) -> None:
    wider = _frame(spark, CLEANSED, use="int", remark="string")
    assert cleansed_tables(PIPELINE, {"readings": wider})["readings"].columns[-1] == "treatments"
    assert list(feature_rows(PIPELINE, {"meter_days": _frame(spark, FEATURES, use_yesterday="decimal(9,2)")})) == [
        "meter_days"
    ]
    assert spine_rows(PIPELINE, _frame(spark, SPINE)).columns == list(SPINE)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"use": None}, r"cleanse returned table readings without columns \['use'\]; it has \['reading_id', 'meter',"),
        ({"use": "string"}, "cleanse returned table readings with column use of type string, allowed is double"),
        ({"day": "date"}, "with column day of type date, allowed is string"),
        ({"treatments": "string"}, "with treatments of type string, allowed is array<string>"),
    ],
)
def test_a_cleansed_table_that_differs_is_refused(
    spark: SparkSession, changed: dict[str, str | None], message: str
) -> None:
    with pytest.raises(ContractError, match=f"^pipeline meters: .*{message}.*correct jobs/pipelines/meters/tr"):
        cleansed_tables(PIPELINE, {"readings": _frame(spark, CLEANSED, **changed)})


def test_tables_must_be_those_of_the_contract(spark: SparkSession) -> None:
    frame = _frame(spark, CLEANSED)
    with pytest.raises(ContractError, match=r"cleanse returned tables \['reading'\], allowed are \['readings'\]"):
        cleansed_tables(PIPELINE, {"reading": frame})
    with pytest.raises(ContractError, match="cleanse returned a DataFrame, allowed is DataFrames by name"):
        cleansed_tables(PIPELINE, frame)
    with pytest.raises(ContractError, match=r"features returned groups \[\], allowed are \['meter_days'\]"):
        feature_rows(PIPELINE, {})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"event_time": "timestamp"}, "group meter_days with column event_time of type timestamp, allowed is string"),
        ({"tariff": None}, r"features returned group meter_days without columns \['tariff'\]"),
    ],
)
def test_a_feature_group_that_differs_is_refused(
    spark: SparkSession, changed: dict[str, str | None], message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        feature_rows(PIPELINE, {"meter_days": _frame(spark, FEATURES, **changed)})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        # Without the key of a group, all of its features would be null.
        ({"meter": None}, r"spine returned rows without columns \['meter'\]"),
        ({"target": None}, r"spine returned rows without columns \['target'\]"),
        ({"prediction_time": "string"}, "with column prediction_time of type string, allowed is timestamp"),
        ({"tariff": "string"}, r"spine returned columns \['tariff'\], which the data set takes from feature groups"),
    ],
)
def test_a_spine_that_differs_is_refused(spark: SparkSession, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        spine_rows(PIPELINE, _frame(spark, SPINE, **changed))
    with pytest.raises(ContractError, match="spine returned a NoneType, allowed is a DataFrame"):
        spine_rows(PIPELINE, None)


def test_a_folder_without_the_functions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.import_module", lambda _: object())

    with pytest.raises(ContractError, match=r"jobs/pipelines/meters/transforms lacks functions \['cleanse', "):
        load_transforms("meters")
