"""Sources as values: a raw table with the format of its files and where and when they arrive."""

import codecs
from dataclasses import dataclass, replace

from jobs.contracts.columns import FAILED_RULES
from jobs.contracts.tables import Column, ColumnType, ContractError, Quality, Table, Zone

PARTITION = "{partition}"


@dataclass(frozen=True, kw_only=True)
class Csv:
    """CSV files with a header line: RFC 4180 with the dialect and encoding given here."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    """An encoding of Python's codecs; a byte-order mark is accepted in UTF-8."""
    null: str = ""
    """The text of an absent value; an empty field is absent too, with or without quotes."""

    def __post_init__(self) -> None:
        for name in ("delimiter", "quote"):
            if len(getattr(self, name)) != 1:
                raise ContractError(f"CSV {name} {getattr(self, name)!r}: allowed is one character")
        try:
            codecs.lookup(self.encoding)
        except LookupError as error:
            raise ContractError(
                f"CSV encoding {self.encoding!r} is unknown; allowed are names such as utf-8 and iso-8859-1"
            ) from error


@dataclass(frozen=True, kw_only=True)
class JsonLines:
    """Files in UTF-8 with one JSON object per line.

    Members that the contract does not name are ignored and reported; an absent member is null.
    """


@dataclass(frozen=True, kw_only=True)
class Parquet:
    """Parquet files; columns that the contract does not name are ignored and reported."""


FileFormat = Csv | JsonLines | Parquet


@dataclass(frozen=True, kw_only=True)
class Source(Table):
    """A raw table that is filled from landing files.

    `arrival` is the path of its files below the pipeline's landing folder and may contain `*`; `{partition}` stands for
    the partition, which is then in the path and not in the files. Without it, the files are the whole table.
    """

    zone: Zone = Zone.RAW
    format: FileFormat
    arrival: str
    delay: int = 0
    """How many partitions later than the other sources it arrives: a run for P contains it up to P - delay."""
    failed_rules_id: int
    """The field id of the column with the broken rules in the quarantine table; no column of the source has it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.zone is not Zone.RAW:
            raise ContractError(f"source {self.name}: zone {self.zone}; allowed is {Zone.RAW}")
        if not isinstance(self.format, FileFormat):
            raise ContractError(
                f"source {self.name}: format {self.format!r}; allowed are Csv(), JsonLines() and Parquet()"
            )
        if bool(self.partition_by) != (PARTITION in self.arrival):
            raise ContractError(
                f"source {self.name}: arrival {self.arrival!r} with partition_by {self.partition_by}; the path of a "
                f"partitioned source contains {PARTITION}, the path of any other does not"
            )
        if self.arrival.startswith("/") or ".." in self.arrival.split("/"):
            raise ContractError(f"source {self.name}: arrival {self.arrival!r}; allowed is a path below the folder")
        if self.delay < 0:
            raise ContractError(f"source {self.name}: delay {self.delay}; allowed is 0 or more partitions")

    def path(self, partition: str | None) -> str:
        """The path of the files of a partition below the landing folder of the pipeline."""
        return self.arrival.replace(PARTITION, partition or "")


def quarantine_table(source: Source) -> Table:
    """The table with the unchanged rows of a source that break a rule, and the names of the rules.

    Columns that the source gains later follow after `failed_rules_id`, because ids never change.
    """
    failed_id = source.failed_rules_id
    columns = tuple(
        replace(
            column,
            id=column.field_id if column.field_id < failed_id else column.field_id + 1,
            nullable=True,
            minimum=None,
            maximum=None,
        )
        for column in source.columns
    )
    failed = Column(
        id=failed_id,
        name=FAILED_RULES,
        type=ColumnType.STRING,
        description="names of the broken rules, comma-separated",
        nullable=False,
    )
    return Table(
        name=source.name,
        zone=Zone.QUARANTINE,
        description=f"rows of raw {source.name} that broke a rule",
        columns=(*columns, failed),
        keys=source.keys,
        partition_by=source.partition_by,
        event_time=source.event_time,
        quality=Quality(minimum_rows=0, maximum_quarantined=1.0),
    )
