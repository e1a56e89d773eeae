"""Rows with the columns of a pipeline's data set, with a signal that a model can learn."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from jobs.contracts.columns import PREDICTION_TIME
from jobs.contracts.model import ModelSpec

SIGNALS = 4


def make_table(specification: ModelSpec, rows: int, *, month: str = "2013-01", seed: int = 0) -> pa.Table:
    """Labelled rows whose label depends on the first numeric and categorical features, with noise and absent values."""
    generator = np.random.default_rng(seed)
    numbers = generator.normal(size=(rows, len(specification.numeric)))
    groups = generator.integers(0, 5, size=(rows, len(specification.categorical)))
    risk = numbers[:, :SIGNALS].sum(axis=1) + 0.5 * (groups[:, 0] == 0) - 1.5
    late = (generator.random(rows) < 1 / (1 + np.exp(-2 * risk))).astype(np.int32)
    numbers[generator.random(numbers.shape) < 0.05] = np.nan
    start = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    minutes = generator.integers(0, 27 * 24 * 60, size=rows)
    columns = {
        specification.identifier: pa.array([f"{month}-{seed}-{row:06d}" for row in range(rows)]),
        PREDICTION_TIME: pa.array(
            [start + timedelta(minutes=int(minute)) for minute in minutes], pa.timestamp("us", tz="UTC")
        ),
        specification.label: pa.array(late),
        **{
            name: pa.array([f"{name}{group}" for group in groups[:, index]])
            for index, name in enumerate(specification.categorical)
        },
        **{name: pa.array(numbers[:, index], from_pandas=True) for index, name in enumerate(specification.numeric)},
    }
    return pa.table(columns)


def write_channel(root: Path, name: str, table: pa.Table, *, files: int = 1) -> None:
    """Write the rows of a channel to several files in the folder of a container."""
    folder = root / "input" / "data" / name / "data" / f"split={name}"
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-len(table) // files)
    for index in range(files):
        pq.write_table(table.slice(index * size, size), folder / f"{index:05d}.parquet")
