"""Samples from the Parquet files of a channel, checked before anything is computed."""

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
    """Labelled rows: features as float32 and strings, the label as 0 and 1."""

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
    """The labelled rows of a channel in the order of their identifier, whatever files they lie in."""
    wanted = [specification.identifier, PREDICTION_TIME, specification.label, *specification.features]
    parts = [_read(path, channel, wanted) for path in files]
    try:
        table = pa.concat_tables(parts, promote_options="permissive")
    except pa.ArrowTypeError as error:
        raise TrainingError(f"channel {channel!r}: its files disagree about a column's type: {error}") from error
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
    """The rows of both."""
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
    """Raise TrainingError when a channel holds a single class, which nothing can be ranked in."""
    if samples.label.min() == samples.label.max():
        raise TrainingError(
            f"channel {channel!r} holds {len(samples)} rows of the single class {int(samples.label[0])}; "
            "both classes are needed, so widen its months"
        )


def _read(path: Path, channel: str, wanted: list[str]) -> pa.Table:
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise TrainingError(f"channel {channel!r}: {path.name} is no readable Parquet file: {error}") from error
    present = set(file.schema_arrow.names)
    missing = [name for name in wanted if name not in present]
    if missing:
        raise TrainingError(
            f"channel {channel!r}: {path.name} lacks columns {missing}; it has {sorted(present)}, "
            "so build the data set again with the present contract"
        )
    return file.read(columns=wanted)


def _check_types(table: pa.Table, channel: str, specification: ModelSpec) -> None:
    wrong = [
        f"{name} is {table.schema.field(name).type}, allowed is {allowed}"
        for names, allowed, matches in (
            ((*specification.numeric, specification.label), "a number", _is_number),
            (specification.categorical, "a string", _is_text),
            (
                (specification.identifier,),
                "a string or a whole number",
                lambda kind: _is_text(kind) or _is_number(kind),
            ),
            ((PREDICTION_TIME,), "a timestamp", pa.types.is_timestamp),
        )
        for name in names
        if not matches(table.schema.field(name).type)
    ]
    if wrong:
        raise TrainingError(f"channel {channel!r}: {'; '.join(wrong)}; correct the contract or the data set job")


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _label(column: pa.ChunkedArray, channel: str, name: str) -> Floats:
    values: Floats = pc.cast(column, pa.float32()).to_numpy()
    strange = sorted({float(value) for value in np.unique(values)} - {0.0, 1.0})
    if strange:
        raise TrainingError(f"channel {channel!r}: label {name} holds {strange[:5]}, allowed are 0 and 1")
    return values
