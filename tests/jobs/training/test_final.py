import json
import re
from typing import Any

import mlflow
import numpy as np
import onnx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.training import CHAMPION, metric_definition
from jobs.training.container import Container
from jobs.training.errors import TrainingError

from .runs import SNAPSHOTS, STRONG, WEAK, evaluation_of, final, promote, trial
from .samples import make_table, write_channel

QUALITY = {
    Problem.BINARY: ("binary_classification_metrics", "auc"),
    Problem.MULTICLASS: ("multiclass_classification_metrics", "weighted_f1"),
    Problem.REGRESSION: ("regression_metrics", "mse"),
}
EVERY_PROBLEM = pytest.mark.parametrize("problem", list(Problem))


@EVERY_PROBLEM
def test_the_best_trial_becomes_champion_and_a_weaker_model_does_not_replace_it(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    trial(pipeline, folder, environ, WEAK)
    trial(pipeline, folder, environ, STRONG)
    regex = metric_definition(pipeline.model)["Regex"]
    objectives = [float(value) for value in re.findall(regex, capsys.readouterr().out)]
    final(pipeline, folder, environ)

    first = evaluation_of(lake)
    assert len(objectives) == 2
    assert [each["objective"] for each in first["tuning"]] == pytest.approx(objectives, abs=1e-6)
    assert first["tuning"][1]["run_id"] == first["best_trial"]
    assert (first["approved"], first["is_champion"], first["model_version"]) == (True, True, "1")
    assert first["partitions"]["test"] == ["2013-03", "2013-04"]
    assert [each["validation"] for each in first["folds"]] == [
        ["2013-02-01", "2013-02-09"],
        ["2013-02-10", "2013-02-18"],
        ["2013-02-19", "2013-02-27"],
    ]
    assert first["folds"][1]["train"] == ["2013-01-01", "2013-02-09"]
    objective = pipeline.model.objective
    weights = [each["rows"] for each in first["folds"]]
    repeated_objective = np.average([each["metrics"][objective] for each in first["folds"]], weights=weights)
    assert repeated_objective == pytest.approx(objectives[1], rel=0.1)
    assert [each["partitions"] for each in first["learning_curve"]] == [6, 12, 23, 45]
    assert first["learning_curve"][-1]["objective"] == first["folds"][-1]["metrics"][objective]
    assert first["fitted"]["rounds"] == pytest.approx(mlflow.get_run(first["best_trial"]).data.metrics["rounds"])
    assert first.get("threshold_from", "rolling_origin") == "rolling_origin"
    assert first["suspicions"] == []
    promote(environ, "1")

    later = {**environ, "PLATFORM_RUN_ID": "run-2"}
    final(pipeline, folder, later)
    repeated = evaluation_of(lake)
    assert (repeated["approved"], repeated["is_champion"], repeated["model_version"]) == (True, False, "2")
    assert repeated["champion_before"]["gain"] == {"value": 0.0, "interval": [0.0, 0.0]}
    assert "so champion version 1 stays" in repeated["reasons"][-1]

    weaker = {**later, "PLATFORM_TUNING_JOB": "tune-2"}
    trial(pipeline, folder, weaker, {"n_estimators": "3", "max_depth": "2"})
    final(pipeline, folder, weaker)
    second = evaluation_of(lake)
    assert (second["approved"], second["is_champion"], second["model_version"]) == (False, False, "3")
    before = second["champion_before"]
    assert (before["version"], before["rows"], before["days"]) == ("1", 1200, 27)
    assert before["metrics"][objective] == pytest.approx(first["metrics"][objective])
    assert before["own_metrics"][objective] == pytest.approx(second["metrics"][objective])
    assert before["gain"]["interval"][1] < 0


@EVERY_PROBLEM
def test_the_model_folder_holds_what_serving_needs_and_mlflow_serves_the_same(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    specification = pipeline.model
    trial(pipeline, folder, environ, STRONG)
    final(pipeline, folder, environ)

    names = {"model.onnx", "model.json", "transformation.json", "signature.json", "metadata.json"}
    assert {path.name for path in folder.model.iterdir()} == names
    metadata = json.loads((folder.model / "metadata.json").read_text())
    signature = json.loads((folder.model / "signature.json").read_text())
    assert (metadata["model_version"], metadata["snapshots"]) == ("1", SNAPSHOTS)
    assert [feature["name"] for feature in signature["features"]] == list(specification.features)
    assert (signature["problem"], signature["prediction"]) == (specification.problem, "predicted")
    assert ("threshold" in metadata) is (specification.problem is Problem.BINARY)

    promote(environ, "1")
    run = mlflow.get_run(metadata["run_id"])
    assert run.inputs is not None
    inputs = {(each.tags[0].value, each.dataset.name): each.dataset.digest for each in run.inputs.dataset_inputs}
    assert inputs == {("test", "lake.datasets.training test 2013-03 to 2013-04"): "42"}
    assert run.data.tags["platform.code_uri"] == environ["PLATFORM_CODE_URI"]
    rows = pq.read_table(folder.channel("test")[0]).slice(0, 50)
    loaded = mlflow.pyfunc.load_model(f"models:/{environ['PLATFORM_MODEL_NAME']}@{CHAMPION}")
    answers = loaded.predict(rows.select(list(specification.features)).to_pandas())
    assert list(answers.columns) == list(specification.outputs)
    graph = onnx.load(folder.model / "model.onnx").graph
    assert len(answers) == 50
    assert {entry.name for entry in graph.input} == set(specification.features)
    group, statistic = QUALITY[specification.problem]
    assert evaluation_of(lake)[group][statistic]["value"]


@EVERY_PROBLEM
def test_a_run_in_mlflow_answers_the_question_and_holds_its_trials(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    trial(pipeline, folder, environ, {**WEAK, "max_depth": "2"})
    trial(pipeline, folder, environ, {**STRONG, "max_depth": "4"})
    final(pipeline, folder, environ)
    document = evaluation_of(lake)
    client, run = mlflow.MlflowClient(), mlflow.get_run(document["run_id"])
    assert document["experiment_id"] == run.info.experiment_id
    assert run.info.run_name == "meters test 2013-03 to 2013-04 1"
    assert run.data.tags["mlflow.source.name"] == f"jobs.training.final in {environ['PLATFORM_IMAGE']}"
    note = run.data.tags["mlflow.note.content"]
    assert note.startswith(
        "**How much will a meter use?**\n\n**Approved**: it becomes the champion when it is promoted."
    )
    nested = client.search_runs(
        [run.info.experiment_id], f"tags.mlflow.parentRunId = '{document['run_id']}'", order_by=["start_time ASC"]
    )
    assert [each.info.run_name for each in nested] == ["trial 1: max_depth 2", "trial 2: max_depth 4"]
    names = {each.path for each in client.list_artifacts(document["run_id"])}
    assert {"evaluation.json", "report.html"} <= names
    page = mlflow.artifacts.load_text(f"runs:/{document['run_id']}/report.html")
    assert "How much will a meter use?" in page
    version = client.get_model_version(environ["PLATFORM_MODEL_NAME"], "1")
    assert "It has learnt from rows of 2013-01-01T" in str(version.description)
    assert "| 95% interval |" in str(version.description)
    assert version.tags["training_image"] == environ["PLATFORM_IMAGE"]
    assert "champion" in str(client.get_registered_model(environ["PLATFORM_MODEL_NAME"]).description)


def test_with_a_checkpoint_config_a_repeated_job_loads_its_fits_and_gives_the_same(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder.root / "checkpoints").mkdir()
    objectives, documents = [], []
    for _ in range(2):
        trial(pipeline, folder, environ, STRONG)
        objectives.append(capsys.readouterr().out)
        final(pipeline, folder, environ)
        documents.append(evaluation_of(lake))
    names = {path.stem for path in (folder.root / "checkpoints" / "job").glob("*.checkpoint")}
    assert names == {"fold-0", "fold-1", "fold-2", "newest-6", "newest-12", "newest-23", "model"}
    assert objectives[0] == objectives[1]
    for key in ("metrics", "folds", "learning_curve", "threshold", "onnx_difference"):
        assert documents[0][key] == documents[1][key]


@EVERY_PROBLEM
def test_a_model_that_misses_its_goals_is_registered_without_the_alias(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    specification = pipeline.model
    noise = make_table(specification, 1000, seed=8)
    index = noise.column_names.index(specification.label)
    shuffled = noise[specification.label].take(pa.array([(7 * row) % 1000 for row in range(1000)]))
    trial(pipeline, folder, environ, STRONG)
    write_channel(folder.root, "test", noise.set_column(index, specification.label, shuffled))
    final(pipeline, folder, environ)
    document = evaluation_of(lake)
    assert (document["approved"], document["is_champion"]) == (False, False)
    version = mlflow.MlflowClient().get_model_version(environ["PLATFORM_MODEL_NAME"], "1")
    assert version.aliases == []
    assert version.tags["approved"] == "false"


def test_trials_that_learnt_nothing_say_so_and_stop_the_run(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    trial(pipeline, folder, environ, {"min_child_weight": "100000"})
    assert "predicts the same value for every row" in capsys.readouterr().out
    with pytest.raises(TrainingError, match=r"all 1 trials of .* search smaller values of min_child_weight"):
        final(pipeline, folder, environ)
    trial(pipeline, folder, environ, STRONG)
    final(pipeline, folder, environ)
    assert [each["constant"] for each in evaluation_of(lake)["tuning"]] == [True, False]


def test_bad_input_stops_before_anything_is_registered(
    pipeline: Pipeline, specification: ModelSpec, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    with pytest.raises(TrainingError, match="holds no finished trial"):
        final(pipeline, folder, environ)
    trial(pipeline, folder, environ, STRONG)
    with pytest.raises(TrainingError, match=r"s3://lake/nowhere\.json cannot be read: .*NoSuchKey"):
        final(pipeline, folder, {**environ, "PLATFORM_DATASET_URI": "s3://lake/nowhere.json"})
    table = make_table(specification, 100)
    index = table.column_names.index(specification.label)
    write_channel(folder.root, "test", table.set_column(index, specification.label, pa.array([0] * 100)))
    with pytest.raises(TrainingError, match="is 0 in all 100 rows; both classes are required"):
        final(pipeline, folder, environ)
    assert mlflow.MlflowClient().search_model_versions(f"name = '{environ['PLATFORM_MODEL_NAME']}'") == []
    assert "Contents" not in lake.list_objects_v2(Bucket="lake", Prefix="evaluations/")
