"""Reading and validation of the samples in the Parquet files of a channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jobs.contracts.columns import PREDICTION_TIME
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training.arrow_types import is_number, is_text
from jobs.training.container import Container
from jobs.training.errors import TrainingError
from jobs.training.problems.strategy import Days, Strategy

Floats = npt.NDArray[np.float32]
Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Samples:
    """Labelled rows: numeric features as float32, categorical features as strings, labels as the problem has them."""

    table: pa.Table
    label: Floats
    instant: Instants
    """The prediction time in UTC."""
    partition: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.label)

    @property
    def hour(self) -> npt.NDArray[np.int64]:
        """Hour of the prediction time in UTC."""
        return self.instant.astype("datetime64[h]").astype(np.int64) % 24

    @property
    def day(self) -> Days:
        """Day of the prediction time in UTC, counted from 1970-01-01."""
        return self.instant.astype("datetime64[D]").astype(np.int64)

    def take(self, rows: npt.NDArray[np.bool_]) -> "Samples":
        """Some of the rows."""
        return Samples(
            table=self.table.filter(pa.array(rows)),
            label=self.label[rows],
            instant=self.instant[rows],
            partition=self.partition[rows],
        )


def read_channels(
    folder: Container, names: Sequence[str], pipeline: Pipeline, strategy: Strategy
) -> Mapping[str, Samples]:
    """The samples of several channels by name."""
    return {name: read_samples(folder.channel(name), name, pipeline, strategy) for name in names}


def read_samples(files: Sequence[Path], channel: str, pipeline: Pipeline, strategy: Strategy) -> Samples:
    """The labelled rows of all files of a channel, sorted by identifier.

    Raises TrainingError when a column is missing or has a wrong type, no row has a label, or the labels do not suit
    the problem.
    """
    specification, partition = pipeline.model, pipeline.partitions.column
    columns = (specification.identifier, PREDICTION_TIME, partition, specification.label, *specification.features)
    names = list(dict.fromkeys(columns))
    parts = [_read(path, channel, names) for path in files]
    try:
        table = pa.concat_tables(parts, promote_options="permissive")
    except pa.ArrowTypeError as error:
        raise TrainingError(f"channel {channel!r}: its files have different types for a column: {error}") from error
    _check_types(table, channel, pipeline)
    table = table.filter(pc.is_valid(table[specification.label])).sort_by(specification.identifier)
    if not len(table):
        raise TrainingError(f"channel {channel!r} has no row with a label {specification.label}; check its partitions")
    try:
        label = strategy.labels(table[specification.label])
    except ValueError as error:
        raise TrainingError(
            f"channel {channel!r}: label {specification.label} {error}; correct the label or choose other partitions"
        ) from error
    return Samples(
        table=features_of(table, specification).combine_chunks(),
        label=label,
        instant=table[PREDICTION_TIME].to_numpy().astype("datetime64[us]"),
        partition=table[partition].to_numpy().astype(np.str_),
    )


def joined(first: Samples, second: Samples) -> Samples:
    """The rows of both samples."""
    return Samples(
        table=pa.concat_tables([first.table, second.table]),
        label=np.concatenate([first.label, second.label]),
        instant=np.concatenate([first.instant, second.instant]),
        partition=np.concatenate([first.partition, second.partition]),
    )


def features_of(table: pa.Table, specification: ModelSpec) -> pa.Table:
    """The feature columns only: numbers as float32, categories as strings."""
    numbers = {name: pc.cast(table[name], pa.float32(), safe=False) for name in specification.numeric}
    return pa.table({**numbers, **{name: pc.cast(table[name], pa.string()) for name in specification.categorical}})


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


def _check_types(table: pa.Table, channel: str, pipeline: Pipeline) -> None:
    specification = pipeline.model
    wrong_types = [
        f"{name} is {table.schema.field(name).type}, allowed is {allowed}"
        for names, allowed, matches in (
            (specification.numeric, "a number", is_number),
            (specification.categorical, "a string", is_text),
            (
                (specification.identifier,),
                "a string or a whole number",
                lambda column_type: is_text(column_type) or is_number(column_type),
            ),
            ((pipeline.partitions.column,), "a string", is_text),
            ((PREDICTION_TIME,), "a timestamp", pa.types.is_timestamp),
        )
        for name in names
        if not matches(table.schema.field(name).type)
    ]
    if wrong_types:
        raise TrainingError(f"channel {channel!r}: {'; '.join(wrong_types)}; correct the contract or the data set job")
