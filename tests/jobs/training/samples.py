"""Rows with the columns of a pipeline's data set, with a signal that a model can learn."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from jobs.contracts.columns import PREDICTION_TIME
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.training.data import Samples, features_of
from jobs.training.problems.strategy import Strategy
from tests.sample_pipelines import PARTITIONS

DAYS = 27


def make_table(spec: ModelSpec, rows: int, *, month: str = "2013-01", seed: int = 0) -> pa.Table:
    """Labelled rows whose label depends on the numbers and the first category, with noise and absent values."""
    generator = np.random.default_rng(seed)
    numbers = 100 + 10 * generator.normal(size=(rows, len(spec.numeric)))
    groups = generator.integers(0, 5, size=(rows, len(spec.categorical)))
    signal = (numbers[:, :4] - 100).sum(axis=1) / 10 + (groups[:, 0] - 2)
    label = _labels(spec, signal, generator)
    numbers[generator.random(numbers.shape) < 0.05] = np.nan
    start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    minutes = generator.integers(0, DAYS * 24 * 60, size=rows)
    instants = [start + timedelta(minutes=int(minute)) for minute in minutes]
    columns: Mapping[str, pa.Array] = {
        spec.identifier: pa.array([f"{month}-{seed}-{row:06d}" for row in range(rows)]),
        PREDICTION_TIME: pa.array(instants, pa.timestamp("us", tz="UTC")),
        PARTITIONS.column: pa.array([instant.date().isoformat() for instant in instants]),
        spec.label: label,
        **{
            name: pa.array([f"{name}{group}" for group in groups[:, index]])
            for index, name in enumerate(spec.categorical)
        },
        **{name: pa.array(numbers[:, index], from_pandas=True) for index, name in enumerate(spec.numeric)},
    }
    return pa.table(columns)


def _labels(spec: ModelSpec, signal: npt.NDArray[np.float64], generator: np.random.Generator) -> pa.Array:
    match spec.problem:
        case Problem.BINARY:
            return pa.array((generator.random(len(signal)) < 1 / (1 + np.exp(-2 * signal))).astype(np.int32))
        case Problem.MULTICLASS:
            noisy = signal + 0.5 * generator.normal(size=len(signal))
            return pa.array([spec.classes[index] for index in np.digitize(noisy, [-1.0, 1.0])])
        case Problem.REGRESSION:
            return pa.array(100 + 10 * (signal + 0.3 * generator.normal(size=len(signal))))


def make_samples(spec: ModelSpec, strategy: Strategy, rows: int, *, seed: int = 0) -> Samples:
    """The same rows as a channel has them after reading."""
    table = make_table(spec, rows, seed=seed)
    return Samples(
        table=features_of(table, spec),
        label=strategy.labels(table[spec.label]),
        instant=table[PREDICTION_TIME].to_numpy().astype("datetime64[us]"),
        partition=np.asarray(table[PARTITIONS.column].to_pylist()),
    )


def samples_of(
    table: pa.Table, label: npt.ArrayLike, *, day: npt.ArrayLike, hour: npt.ArrayLike = 0, partition: str = "p"
) -> Samples:
    """Rows with given labels, on days counted from 1970-01-01."""
    hours = np.asarray(day, dtype=np.int64) * 24 + np.asarray(hour, dtype=np.int64)
    return Samples(
        table=table,
        label=np.asarray(label, dtype=np.float32),
        instant=hours.astype("datetime64[h]").astype("datetime64[us]"),
        partition=np.full(len(hours), partition),
    )


def write_channel(root: Path, name: str, table: pa.Table, *, files: int = 1) -> None:
    """Write the rows of a channel to several files in the folder of a container."""
    folder = root / "input" / "data" / name / "data" / f"split={name}"
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-len(table) // files)
    for index in range(files):
        pq.write_table(table.slice(index * size, size), folder / f"{index:05d}.parquet")
