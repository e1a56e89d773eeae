import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from jobs.training import container
from jobs.training.container import Container
from jobs.training.errors import TrainingError


def test_the_base_folder_is_opt_ml_unless_the_environment_says_otherwise(tmp_path: Path) -> None:
    assert Container.from_environment({}).root == Path("/opt/ml")
    assert Container.from_environment({"SAGEMAKER_BASE_DIR": str(tmp_path)}).root == tmp_path


def test_hyperparameters_of_sagemaker_itself_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "input" / "config" / "hyperparameters.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"max_depth": "5", "_tuning_objective_metric": "x", "sagemaker_program": "y"}))
    assert Container(tmp_path).hyperparameters() == {"max_depth": "5"}
    assert Container(tmp_path / "elsewhere").hyperparameters() == {}


def test_an_empty_channel_is_named(tmp_path: Path) -> None:
    (tmp_path / "input" / "data" / "test").mkdir(parents=True)
    for name in ("test", "validation"):
        with pytest.raises(TrainingError, match=f"channel '{name}' holds no Parquet file"):
            Container(tmp_path).channel(name)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TrainingError("channel 'train' is empty"), "channel 'train' is empty"),
        (ZeroDivisionError("first line\nsecond line"), "ZeroDivisionError: first line"),
        (KeyError(), "KeyError: without a message"),
    ],
)
def test_any_error_leaves_its_reason_where_sagemaker_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def work(_: Container, environ: Mapping[str, str]) -> None:
        raise error

    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(tmp_path))
    assert container.run(work) == 1
    assert (tmp_path / "output" / "failure").read_text() == reason


def test_success_leaves_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(tmp_path))
    assert container.run(lambda folder, environ: None) == 0
    assert not (tmp_path / "output" / "failure").exists()
