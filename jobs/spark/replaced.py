"""The check, made while rows are written, that they lie in the part of the table that the write replaces."""

import re

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

_OUTSIDE = re.compile(r"\[outside\] (.*?) \[end\]", re.DOTALL)


def guarded(frame: DataFrame, address: str, where: Column) -> DataFrame:
    """The frame, whose computation fails at the first row that does not match `where`.

    The check is part of a column that is written. A filter would not do: Spark applies filters early, for example
    before a join that would have removed the row.
    """
    condition = str(where).removeprefix("Column<'").removesuffix("'>")
    chosen_by = [name for name in frame.columns if re.search(rf"\b{re.escape(name)}\b", condition)]
    if not chosen_by:
        return frame
    message = F.concat(
        F.lit(f"[outside] table {address}: a row with "),
        F.to_json(F.struct(*chosen_by), {"ignoreNullFields": "false"}),
        F.lit(f" is outside of the rows that the job replaces, allowed is {condition}; correct the transforms, "),
        F.lit("nothing was written [end]"),
    )
    name = chosen_by[0]
    fails = F.raise_error(message).cast(frame.schema[name].dataType)
    return frame.withColumn(name, F.when(where, F.col(name)).otherwise(fails))


def outside_rows(error: Exception) -> str | None:
    """The sentence about the row that stopped a write, or None if the write failed for another reason."""
    found = _OUTSIDE.search(str(error))
    return found[1] if found else None
