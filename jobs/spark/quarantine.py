"""Rows that break a rule as the quarantine table holds them: with the rules, the reason, and their place in a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts import columns
from jobs.contracts.partitions import Partitions
from jobs.contracts.sources import Source, quarantine_table
from jobs.contracts.tables import Column
from jobs.spark.landing import explanations
from jobs.spark.landing.records import rule_of
from jobs.spark.landing.values import FILE, LINE, PROBLEM, ROW, TEXTS
from jobs.spark.quality import rejected
from jobs.spark.row_rules import UNIQUE_KEY, row_rules


def quarantined(validated: DataFrame, source: Source, partitions: Partitions) -> DataFrame:
    """The rejected rows of a source with the columns of its quarantine table."""
    rows, names = rejected(validated), source.column_names
    reasons: dict[str, tuple[int | None, str]] = {
        rule.name: (None if rule.column is None else names.index(rule.column), rule.reason)
        for rule in row_rules(source, rows, partitions)
    }
    reasons[UNIQUE_KEY] = (None, f"another row has the same {', '.join(source.keys)}")
    landed = tuple(column for column in source.columns if column.name not in source.partition_by)
    explain = F.udf(_Reasons(reasons, landed).of_row, "string")
    values = F.array(*(F.col(name).cast("string") for name in names))
    # A Parquet file has no text of the row.
    text = F.coalesce(ROW, F.to_json(F.struct(*(column.name for column in landed)), {"ignoreNullFields": "false"}))
    explained = rows.select(
        columns.FAILED_RULES,
        explain(columns.FAILED_RULES, values, TEXTS, PROBLEM).alias(columns.REASON),
        F.col(FILE).alias(columns.FILE),
        F.col(LINE).alias(columns.LINE),
        text.alias(columns.ROW),
        *source.partition_by,
    )
    return explained.select(*quarantine_table(source).column_names)


@dataclass(frozen=True)
class _Reasons:
    """The columns, by position, and the reasons of the rules of a source, and its columns in landed files."""

    rules: Mapping[str, tuple[int | None, str]]
    landed: Sequence[Column]

    def of_row(
        self, failed_rules: str, values: Sequence[str | None], texts: Sequence[str | None] | None, problem: str | None
    ) -> str:
        """Why a row breaks its rules, one part of the sentence for each."""
        if problem is not None:
            return problem
        unreadable = {
            rule_of(column.name): (column, text) for column, text in zip(self.landed, texts or (), strict=False)
        }
        parts = []
        for name in failed_rules.split(","):
            if name in unreadable:
                column, text = unreadable[name]
                parts.append(explanations.unreadable(column, text or ""))
            else:
                index, reason = self.rules[name]
                value = "" if index is None else explanations.shown(str(values[index]))
                parts.append(reason.replace("{value}", value))
        return "; ".join(parts)
