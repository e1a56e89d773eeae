from dataclasses import replace
from typing import Any

import mlflow
import pyarrow.parquet as pq
import pytest
from mlflow.exceptions import MlflowException

from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training.container import Container

from .runs import STRONG, WEAK, champion_version, evaluation_of, final, promote, trial
from .samples import make_table, write_channel


def test_the_container_changes_no_alias(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    trial(pipeline, folder, environ, STRONG)
    final(pipeline, folder, environ)
    assert evaluation_of(lake)["is_champion"]
    with pytest.raises(MlflowException, match="alias"):
        champion_version(environ)


def test_a_repeated_job_is_not_compared_with_the_model_of_its_own_run(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    trial(pipeline, folder, environ, WEAK)
    final(pipeline, folder, environ)
    promote(environ, "1")
    better = {**environ, "PLATFORM_RUN_ID": "run-2", "PLATFORM_TUNING_JOB": "tune-2"}
    trial(pipeline, folder, better, STRONG)
    final(pipeline, folder, better)
    assert evaluation_of(lake)["is_champion"]
    promote(environ, "2")
    final(pipeline, folder, better)
    document = evaluation_of(lake)
    assert (document["is_champion"], document["model_version"], document["champion_before"]["version"]) == (
        True,
        "3",
        "1",
    )


def test_a_champion_that_has_seen_the_test_rows_is_no_measure(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    """A model of later months learnt from the test rows, so it looks better there than any honest model can."""
    trial(pipeline, folder, environ, STRONG)
    honest = {**environ, "PLATFORM_RUN_ID": "run-2"}
    seen = Container(folder.root.parent / "seen")
    for name, source in (("train", "validation"), ("validation", "test")):
        write_channel(seen.root, name, pq.read_table(folder.channel(source)[0]))
    write_channel(seen.root, "test", make_table(pipeline.model, 1000, month="2013-04", seed=9))
    final(pipeline, seen, environ)
    assert evaluation_of(lake)["is_champion"]
    promote(environ, "1")

    final(pipeline, folder, honest)
    document = evaluation_of(lake)
    assert (document["approved"], document["is_champion"]) == (True, False)
    before = document["champion_before"]
    assert (before["metrics"], before["gain"], before["rows"], before["days"]) == (None, None, 0, 0)
    assert (
        "0 days of the test rows are later, of which 7 are needed; train with later test partitions"
        in (document["reasons"][-1])
    )


def test_a_champion_whose_window_is_unknown_says_how_to_record_it(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    trial(pipeline, folder, environ, STRONG)
    final(pipeline, folder, environ)
    name = environ["PLATFORM_MODEL_NAME"]
    version = mlflow.MlflowClient().get_model_version(name, "1")
    assert version.tags["learnt_until"].startswith("2013-02-27T")
    promote(environ, "1")
    mlflow.MlflowClient().delete_model_version_tag(name, "1", "learnt_until")
    final(pipeline, folder, {**environ, "PLATFORM_RUN_ID": "run-2"})
    document = evaluation_of(lake)
    assert (document["approved"], document["is_champion"]) == (True, False)
    assert "set the tag of version 1 in MLflow to the time of the newest row" in document["reasons"][-1]


def test_luck_does_not_make_a_champion(
    pipeline: Pipeline, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    """The same parameters with another seed differ by noise, whichever of the two is ahead."""
    trial(pipeline, folder, environ, {**STRONG, "subsample": "0.8", "seed": "1"})
    final(pipeline, folder, environ)
    promote(environ, "1")
    other = {**environ, "PLATFORM_RUN_ID": "run-2", "PLATFORM_TUNING_JOB": "tune-2"}
    for seed in ("2", "3"):
        trial(pipeline, folder, other, {**STRONG, "subsample": "0.8", "seed": seed})
    final(pipeline, folder, other)
    document = evaluation_of(lake)
    low, high = document["champion_before"]["gain"]["interval"]
    assert low < 0 < high
    assert (document["approved"], document["is_champion"]) == (True, False)


def test_a_champion_of_another_problem_cannot_be_compared(
    pipeline: Pipeline, specification: ModelSpec, folder: Container, environ: dict[str, str], lake: Any
) -> None:
    trial(pipeline, folder, environ, STRONG)
    final(pipeline, folder, environ)
    promote(environ, "1")
    renamed = replace(specification, label="other")
    for name in ("train", "validation", "test"):
        (path,) = folder.channel(name)
        table = pq.read_table(path)
        pq.write_table(table.append_column("other", table[specification.label]), path)
    final(replace(pipeline, model=renamed), folder, {**environ, "PLATFORM_RUN_ID": "run-2"})
    document = evaluation_of(lake)
    assert document["is_champion"]
    assert document["reasons"][-1] == (
        "champion version 1 cannot be compared: it answers another question (label 'target', now 'other'); "
        "it becomes the champion when it is promoted"
    )
