import math
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from jobs.contracts.metrics import Problem
from jobs.training.algorithms import boosting, xgboost_trees
from jobs.training.algorithms.fitted import Fitted, Rows
from jobs.training.checkpoints import NO_CHECKPOINT, Checkpoint, Checkpoints
from jobs.training.container import Container
from tests.sample_pipelines import sample_model

PARAMETERS = {
    "n_estimators": 60,
    "early_stopping_rounds": 20,
    "learning_rate": 0.05,
    "subsample": 0.7,
    "colsample_bytree": 0.5,
}
EVERY_PROBLEM = pytest.mark.parametrize("problem", list(Problem))
#: Fits with a pause after each segment, so that it can be killed at any moment.
PROGRAM = """
import sys, time
from pathlib import Path
from jobs.contracts.metrics import Problem
from jobs.training.algorithms import boosting
from jobs.training.checkpoints import Checkpoint
from tests.jobs.training.test_checkpoints import fit

save = Checkpoint.save
Checkpoint.save = lambda *saved: (save(*saved), time.sleep(0.2))
boosting.SEGMENT = 5
fit(Problem(sys.argv[1]), Checkpoint(Path(sys.argv[2])))
"""


@pytest.fixture(autouse=True)
def short_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosting, "SEGMENT", 5)


def rows(problem: Problem, count: int, seed: int) -> Rows:
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(count, 8)).astype(np.float32)
    value = matrix[:, 0] + matrix[:, 1] * matrix[:, 2] + generator.normal(size=count)
    label = {
        Problem.BINARY: value > 0,
        Problem.MULTICLASS: np.digitize(value, [-1.0, 1.0]),
        Problem.REGRESSION: 100 + value,
    }[problem]
    return matrix, label.astype(np.float32)


def fit(problem: Problem, checkpoint: Checkpoint = NO_CHECKPOINT) -> Fitted:
    return xgboost_trees.fit(
        sample_model(problem), PARAMETERS, rows(problem, 800, 1), rows(problem, 400, 2), checkpoint
    )


def watched(monkeypatch: pytest.MonkeyPatch, until: float = math.inf) -> list[float]:
    """The rounds of each checkpoint that is saved; the work is interrupted when that many are reached."""
    saved, save = [], Checkpoint.save

    def saving(checkpoint: Checkpoint, identity: str, facts: Mapping[str, float], content: bytes) -> None:
        save(checkpoint, identity, facts, content)
        saved.append(facts["rounds"])
        if saved[-1] >= until:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "save", saving)
    return saved


def same(one: Fitted, other: Fitted, problem: Problem) -> bool:
    matrix = rows(problem, 500, 3)[0]
    return one.chosen == other.chosen and bool(
        (xgboost_trees.predict(one.native, matrix) == xgboost_trees.predict(other.native, matrix)).all()
    )


@pytest.fixture
def killed(problem: Problem, tmp_path: Path) -> Checkpoint:
    """The checkpoint of a process that was killed while it fitted."""
    checkpoint = Checkpoint(tmp_path / "job" / "fold-0.checkpoint")
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, problem.value, str(checkpoint.path)])
    deadline = time.monotonic() + 60
    while not (checkpoint.path and checkpoint.path.exists()) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(float(np.random.default_rng(len(problem.value)).uniform(0.1, 0.9)))
    process.kill()
    assert process.wait() < 0
    return checkpoint


@EVERY_PROBLEM
def test_a_killed_fit_resumes_and_gives_the_model_of_an_uninterrupted_one(
    problem: Problem, killed: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninterrupted = fit(problem)
    saved = watched(monkeypatch)
    assert same(fit(problem, killed), uninterrupted, problem)
    assert saved[0] > 5
    saved.clear()
    assert same(fit(problem, killed), uninterrupted, problem)
    assert saved == []


@EVERY_PROBLEM
@pytest.mark.parametrize("segments", [1, 3])
def test_a_fit_resumes_after_any_segment(
    problem: Problem, segments: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninterrupted, checkpoint = fit(problem), Checkpoint(tmp_path / "x.checkpoint")
    with monkeypatch.context() as patched:
        watched(patched, until=5 * segments)
        with pytest.raises(KeyboardInterrupt):
            fit(problem, checkpoint)
    assert same(fit(problem, checkpoint), uninterrupted, problem)


def test_a_checkpoint_of_other_work_or_a_damaged_one_is_not_used(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "x.checkpoint")
    spec, rounds = sample_model(), {"rounds": 8.0}
    xgboost_trees.refit(spec, {"max_depth": 2}, rounds, rows(Problem.BINARY, 300, 1), checkpoint)
    for parameters, seed in (({"max_depth": 3}, 1), ({"max_depth": 2}, 2)):
        other = rows(Problem.BINARY, 300, seed)
        resumed = xgboost_trees.refit(spec, parameters, rounds, other, checkpoint)
        afresh = xgboost_trees.refit(spec, parameters, rounds, other)
        assert resumed.save_raw("json") == afresh.save_raw("json")
    assert checkpoint.path
    whole = checkpoint.path.read_bytes()
    for damaged in (whole[:-5], whole[:20], b"", b"\x00" * 50):
        checkpoint.path.write_bytes(damaged)
        assert checkpoint.load("any") is None


def test_jobs_keep_checkpoints_apart_and_only_with_a_checkpoint_config(tmp_path: Path) -> None:
    container = Container(tmp_path)
    container.checkpoints("trial-1").of("fold-0").save("id", {}, b"content")
    assert container.checkpoints("trial-1") == Checkpoints(None)
    assert list(tmp_path.iterdir()) == []
    config = tmp_path / "input" / "config" / "checkpointconfig.json"
    config.parent.mkdir(parents=True)
    config.write_text('{"S3Uri": "s3://lake/checkpoints", "LocalPath": "/opt/ml/checkpoints"}')
    container.checkpoints("trial-1").of("fold-0").save("id", {"rounds": 3}, b"content\nof two lines")
    assert container.checkpoints("trial-1").of("fold-0").load("id") == ({"rounds": 3}, b"content\nof two lines")
    assert container.checkpoints("trial-2").of("fold-0").load("id") is None
    assert [path.name for path in (tmp_path / "checkpoints" / "trial-1").iterdir()] == ["fold-0.checkpoint"]
