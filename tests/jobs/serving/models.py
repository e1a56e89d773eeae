"""Small models of each problem in the folder of a container."""

import json
from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.metrics import Problem
from jobs.training import documents, onnx_export, transformation
from jobs.training.algorithms import trainer_of
from jobs.training.native import NativeModel
from jobs.training.problems import strategy_of
from tests.sample_pipelines import sample_pipeline

METADATA = {"model_version": "7", "run_id": "abc"}
THRESHOLD = 0.4


def rows(count: int, seed: int = 0) -> pa.Table:
    """Random readings with the features of the sample models."""
    generator = np.random.default_rng(seed)
    return pa.table(
        {
            "reading_id": [f"reading-{seed}-{row}" for row in range(count)],
            "use_yesterday": pa.array(generator.normal(size=count)),
            "tariff": pa.array(generator.choice(["day", "night"], size=count)),
        }
    )


def write_model(root: Path, problem: Problem) -> Path:
    """Fit and export a model, and write its archive below the base folder of a container."""
    folder = root / "model"
    folder.mkdir(parents=True)
    pipeline = sample_pipeline(problem=problem)
    spec, strategy = pipeline.model, strategy_of(pipeline)
    table = rows(1000)
    table = table.set_column(1, "use_yesterday", pc.cast(table["use_yesterday"], pa.float32()))
    use, night = table["use_yesterday"].to_numpy(), np.array(table["tariff"].to_pylist()) == "night"
    label = {
        Problem.BINARY: use + night > 0.5,
        Problem.MULTICLASS: np.digitize(use + night, [0.0, 1.0]),
        Problem.REGRESSION: 100 + 10 * (use + night),
    }[problem].astype(np.float32)
    prepared, matrix = transformation.fit(table, strategy.targets(label), np.arange(len(label)) // 50, spec)
    native = trainer_of(spec).refit(spec, {}, {"rounds": 20}, (matrix, label))
    model = NativeModel(spec=spec, transformation=prepared, native=native)
    onnx.save(onnx_export.to_onnx(model), folder / "model.onnx")
    metadata = {**METADATA, **dict.fromkeys(strategy.chosen, THRESHOLD)}
    (folder / "signature.json").write_text(json.dumps(documents.signature(spec)))
    (folder / "metadata.json").write_text(json.dumps(metadata))
    return root
