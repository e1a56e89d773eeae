import pytest
from pyspark.sql import SparkSession

from jobs.contracts.tables import ContractError
from jobs.spark.keys import require_unique


def test_rows_with_one_key_are_refused_with_an_example(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("a", 1), ("a", 2), ("b", 1), ("b", 1), ("b", 1)], "meter string, number int")
    require_unique(rows.distinct(), ["meter", "number"], what="table t", remedy="correct it")

    with pytest.raises(ContractError) as error:
        require_unique(rows, ["meter", "number"], what="table t", remedy="correct it")

    assert str(error.value) == (
        "table t: 3 rows share 1 values of the key ['meter', 'number'], for example "
        '{"meter":"b","number":1}, allowed is one row for each; correct it'
    )


def test_rows_without_a_key_count_as_one_key(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(None,), (None,)], "meter string")

    with pytest.raises(ContractError, match=r'2 rows share 1 values of the key .* for example \{"meter":null\}'):
        require_unique(rows, ["meter"], what="table t", remedy="correct it")
