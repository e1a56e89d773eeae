import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import mlflow
import onnx
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from moto import mock_aws

from jobs.contracts.model import ModelSpec
from jobs.contracts.training import CHAMPION, METRIC_REGEX
from jobs.training.container import Container
from jobs.training.errors import TrainingError
from jobs.training.final import final
from jobs.training.trial import trial

from .samples import make_table, write_channel

SNAPSHOTS = {"lake.datasets.training": 42}
STRONG, WEAK = {"n_estimators": "30", "learning_rate": "0.3"}, {"n_estimators": "1", "max_depth": "1"}


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an in-memory S3 that contains the description of a data set."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="lake")
        body = json.dumps({"snapshots": SNAPSHOTS, "partitions": {"test": ["2013-03", "2013-04"]}})
        client.put_object(Bucket="lake", Key="datasets/run-1/dataset.json", Body=body)
        yield client


def evaluation_of(lake: Any) -> dict[str, Any]:
    body = lake.get_object(Bucket="lake", Key="evaluations/run-1/evaluation.json")["Body"].read()
    document: dict[str, Any] = json.loads(body)
    return document


def run_trial(folder: Container, environ: dict[str, str], parameters: dict[str, str]) -> None:
    path = folder.root / "input" / "config" / "hyperparameters.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(parameters))
    trial(folder, environ)


def champion_version(environ: dict[str, str]) -> str:
    client = mlflow.MlflowClient()
    return str(client.get_model_version_by_alias(environ["PLATFORM_MODEL_NAME"], CHAMPION).version)


def test_the_best_trial_becomes_champion_and_a_weaker_model_does_not_replace_it(
    folder: Container, environ: dict[str, str], lake: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    run_trial(folder, environ, WEAK)
    run_trial(folder, environ, STRONG)
    objectives = [float(value) for value in re.findall(METRIC_REGEX, capsys.readouterr().out)]
    final(folder, environ)

    first = evaluation_of(lake)
    assert len(objectives) == 2
    assert [each["objective"] for each in first["tuning"]] == pytest.approx(objectives, abs=1e-6)
    assert first["tuning"][1]["run_id"] == first["best_trial"]
    assert (first["approved"], first["is_champion"], first["model_version"]) == (True, True, "1")
    assert first["partitions"]["test"] == ["2013-03", "2013-04"]
    assert champion_version(environ) == "1"

    weaker = {**environ, "PLATFORM_TUNING_JOB": "tune-2"}
    run_trial(folder, weaker, {"n_estimators": "3", "max_depth": "2"})
    final(folder, weaker)
    second = evaluation_of(lake)
    assert (second["approved"], second["is_champion"], second["model_version"]) == (False, False, "2")
    assert second["champion_before"]["version"] == "1"
    assert second["champion_before"]["metrics"]["pr_auc"] == pytest.approx(first["metrics"]["pr_auc"])
    assert champion_version(environ) == "1"


def test_the_model_folder_holds_what_serving_needs_and_mlflow_serves_the_same(
    folder: Container, environ: dict[str, str], lake: Any, specification: ModelSpec
) -> None:
    run_trial(folder, environ, STRONG)
    final(folder, environ)

    names = {"model.onnx", "model.json", "transformation.json", "signature.json", "metadata.json"}
    assert {path.name for path in folder.model.iterdir()} == names
    metadata = json.loads((folder.model / "metadata.json").read_text())
    signature = json.loads((folder.model / "signature.json").read_text())
    assert (metadata["model_version"], metadata["snapshots"]) == ("1", SNAPSHOTS)
    assert [feature["name"] for feature in signature["features"]] == list(specification.features)

    run = mlflow.get_run(metadata["run_id"])
    assert run.data.tags["platform.snapshot.lake.datasets.training"] == "42"
    assert run.data.tags["platform.code_uri"] == environ["PLATFORM_CODE_URI"]
    rows = pq.read_table(folder.channel("test")[0]).slice(0, 50)
    loaded = mlflow.pyfunc.load_model(f"models:/{environ['PLATFORM_MODEL_NAME']}@{CHAMPION}")
    answers = loaded.predict(rows.select(list(specification.features)).to_pandas())["probability"]
    graph = onnx.load(folder.model / "model.onnx").graph
    assert len(answers) == 50
    assert {entry.name for entry in graph.input} == set(specification.features)
    assert json.loads((folder.output / "model_quality.json").read_text())["binary_classification_metrics"]["auc"]


def test_a_model_that_misses_its_goals_is_registered_without_the_alias(
    folder: Container, environ: dict[str, str], lake: Any, specification: ModelSpec
) -> None:
    noise = make_table(specification, 1000, seed=8)
    labels = pa.array([row % 2 for row in range(1000)], pa.int32())
    index = noise.column_names.index(specification.label)
    run_trial(folder, environ, STRONG)
    write_channel(folder.root, "test", noise.set_column(index, specification.label, labels))
    final(folder, environ)
    document = evaluation_of(lake)
    assert (document["approved"], document["is_champion"]) == (False, False)
    version = mlflow.MlflowClient().get_model_version(environ["PLATFORM_MODEL_NAME"], "1")
    assert version.aliases == []
    assert version.tags["approved"] == "false"


def test_bad_input_stops_before_anything_is_registered(
    folder: Container, environ: dict[str, str], lake: Any, specification: ModelSpec
) -> None:
    with pytest.raises(TrainingError, match="holds no finished trial"):
        final(folder, environ)
    run_trial(folder, environ, STRONG)
    with pytest.raises(TrainingError, match=r"s3://lake/nowhere\.json cannot be read: .*NoSuchKey"):
        final(folder, {**environ, "PLATFORM_DATASET_URI": "s3://lake/nowhere.json"})
    table = make_table(specification, 100)
    write_channel(folder.root, "test", table.filter(pc.equal(table[specification.label], 0)))
    with pytest.raises(TrainingError, match="single class 0"):
        final(folder, environ)
    assert mlflow.MlflowClient().search_model_versions(f"name = '{environ['PLATFORM_MODEL_NAME']}'") == []
    assert "Contents" not in lake.list_objects_v2(Bucket="lake", Prefix="evaluations/")
