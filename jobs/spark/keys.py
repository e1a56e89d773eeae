"""The check that the key of a table, which its contract promises to be unique, is not repeated."""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.tables import ContractError


def require_unique(rows: DataFrame, keys: Sequence[str], *, what: str, remedy: str) -> None:
    """Raise ContractError if rows have the same key; it says how many, with an example and the remedy.

    Spark computes the rows for this check, so they should be persisted or have few columns.
    """
    repeated = rows.groupBy(*keys).agg(F.count("*").alias("_rows")).filter("_rows > 1")
    found = repeated.agg(
        F.count("*").alias("number"),
        F.sum("_rows").alias("rows"),
        F.to_json(F.min(F.struct(*keys)), {"ignoreNullFields": "false"}).alias("example"),
    ).collect()[0]
    if found["number"]:
        raise ContractError(
            f"{what}: {found['rows']} rows share {found['number']} values of the key {list(keys)}, for example "
            f"{found['example']}, allowed is one row for each; {remedy}"
        )
