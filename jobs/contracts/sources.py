"""Sources as values: a raw table with the format of its files and where and when they arrive."""

from dataclasses import dataclass, replace

from jobs.contracts import columns
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
            # Codecs such as base64 are known too, and are no encodings of text.
            "".encode(self.encoding)
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

    @property
    def is_sensitive(self) -> bool:
        """Whether a column is withheld from readers."""
        return any(column.sensitive for column in self.columns)

    def path(self, partition: str | None) -> str:
        """The path of the files of a partition below the landing folder of the pipeline."""
        return self.arrival.replace(PARTITION, partition or "")


def quarantine_table(source: Source) -> Table:
    """The table with the rows of a source that break a rule, as they stand in their files.

    Its columns are the same for every source, because a row that cannot be read has no values.
    """
    texts = {
        columns.FAILED_RULES: "names of the broken rules, comma-separated",
        columns.REASON: "why the row breaks them, with the column and its value",
        columns.FILE: "path of the file",
        columns.ROW: "the row as it stands in the file; of Parquet, its values as JSON",
    }
    line = "first line of the row in the file, or its number in a Parquet file, from 1"
    order = (columns.FAILED_RULES, columns.REASON, columns.FILE, columns.LINE, columns.ROW)
    described = tuple(
        Column(
            id=field_id,
            name=name,
            type=ColumnType.BIGINT if name == columns.LINE else ColumnType.STRING,
            description=texts.get(name, line),
            nullable=False,
            # They may quote any column of the source.
            sensitive=name in (columns.REASON, columns.ROW) and source.is_sensitive,
        )
        for field_id, name in enumerate(order, start=1)
    )
    # Of a row that cannot be read, the path gives the partition, and nothing gives a part of one of its values.
    partition_by = tuple(name for name in source.partition_by if name in source.column_names)
    partition = tuple(
        replace(source.column(name), id=field_id) for field_id, name in enumerate(partition_by, len(order) + 1)
    )
    return Table(
        name=f"{source.name}_rows",
        zone=Zone.QUARANTINE,
        description=f"rows of raw {source.name} that broke a rule",
        columns=(*described, *partition),
        keys=(columns.FILE, columns.LINE),
        partition_by=partition_by,
        quality=Quality(minimum_rows=0, maximum_quarantined=1.0),
    )
