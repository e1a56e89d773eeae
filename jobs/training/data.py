"""Reading and validation of the samples in the Parquet files of a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jobs.contracts.columns import PREDICTION_TIME
from jobs.contracts.model import ModelSpec
from jobs.training.errors import TrainingError

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Samples:
    """Labelled rows: numeric features as float32, categorical features as strings, labels as 0 and 1."""

    table: pa.Table
    label: Floats
    hour: npt.NDArray[np.int64]
    """Hour of the event time in UTC."""

    def __len__(self) -> int:
        return len(self.label)

    @property
    def base_rate(self) -> float:
        """The share of rows whose label is 1."""
        return float(self.label.mean())


def read_samples(files: Sequence[Path], channel: str, specification: ModelSpec) -> Samples:
    """The labelled rows of all files of a channel, sorted by identifier.

    Raises TrainingError when a column is missing or has a wrong type, a label is not 0 or 1, or no row has a label.
    """
    names = [specification.identifier, PREDICTION_TIME, specification.label, *specification.features]
    parts = [_read(path, channel, names) for path in files]
    try:
        table = pa.concat_tables(parts, promote_options="permissive")
    except pa.ArrowTypeError as error:
        raise TrainingError(f"channel {channel!r}: its files have different types for a column: {error}") from error
    _check_types(table, channel, specification)
    table = table.filter(pc.is_valid(table[specification.label])).sort_by(specification.identifier)
    if not len(table):
        raise TrainingError(f"channel {channel!r} has no row with a label {specification.label}; check its months")
    return Samples(
        table=features_of(table, specification),
        label=_label(table[specification.label], channel, specification.label),
        hour=pc.hour(table[PREDICTION_TIME]).to_numpy().astype(np.int64),
    )


def joined(first: Samples, second: Samples) -> Samples:
    """The rows of both samples."""
    return Samples(
        table=pa.concat_tables([first.table, second.table]),
        label=np.concatenate([first.label, second.label]),
        hour=np.concatenate([first.hour, second.hour]),
    )


def features_of(table: pa.Table, specification: ModelSpec) -> pa.Table:
    """The feature columns only: numbers as float32, categories as strings."""
    numbers = {name: pc.cast(table[name], pa.float32(), safe=False) for name in specification.numeric}
    return pa.table({**numbers, **{name: pc.cast(table[name], pa.string()) for name in specification.categorical}})


def require_both_classes(samples: Samples, channel: str) -> None:
    """Raise TrainingError when a channel holds a single class, for which ranking metrics are undefined."""
    if samples.label.min() == samples.label.max():
        raise TrainingError(
            f"channel {channel!r} holds {len(samples)} rows of the single class {int(samples.label[0])}; "
            "both classes are required; select more months"
        )


def _read(path: Path, channel: str, names: list[str]) -> pa.Table:
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise TrainingError(f"channel {channel!r}: {path.name} is not a readable Parquet file: {error}") from error
    present = set(file.schema_arrow.names)
    missing = [name for name in names if name not in present]
    if missing:
        raise TrainingError(
            f"channel {channel!r}: {path.name} lacks columns {missing}; it has {sorted(present)}, "
            "run the data set job again with the current contract"
        )
    return file.read(columns=names)


def _check_types(table: pa.Table, channel: str, specification: ModelSpec) -> None:
    wrong_types = [
        f"{name} is {table.schema.field(name).type}, allowed is {allowed}"
        for names, allowed, matches in (
            ((*specification.numeric, specification.label), "a number", _is_number),
            (specification.categorical, "a string", _is_text),
            (
                (specification.identifier,),
                "a string or a whole number",
                lambda column_type: _is_text(column_type) or _is_number(column_type),
            ),
            ((PREDICTION_TIME,), "a timestamp", pa.types.is_timestamp),
        )
        for name in names
        if not matches(table.schema.field(name).type)
    ]
    if wrong_types:
        raise TrainingError(f"channel {channel!r}: {'; '.join(wrong_types)}; correct the contract or the data set job")


def _is_number(column_type: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(column_type) or pa.types.is_floating(column_type) or pa.types.is_boolean(column_type)
    )


def _is_text(column_type: pa.DataType) -> bool:
    return bool(pa.types.is_string(column_type) or pa.types.is_large_string(column_type))


def _label(column: pa.ChunkedArray, channel: str, name: str) -> Floats:
    values: Floats = pc.cast(column, pa.float32()).to_numpy()
    invalid = sorted({float(value) for value in np.unique(values)} - {0.0, 1.0})
    if invalid:
        raise TrainingError(f"channel {channel!r}: label {name} holds {invalid[:5]}, allowed are 0 and 1")
    return values
