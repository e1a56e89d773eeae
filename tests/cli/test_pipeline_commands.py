import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli.new_pipeline
from cli.commands import app
from generator.create import create_pipeline
from tests.jobs.pipeline_check.folders import pipelines_at

RUN = CliRunner().invoke


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    create_pipeline("meters", None, tmp_path)
    with pipelines_at(tmp_path / "jobs" / "pipelines"):
        yield tmp_path / "jobs" / "pipelines" / "meters"


def test_a_good_pipeline_is_summarized(folder: Path) -> None:
    result = RUN(app, ["pipeline", "check", "meters"])
    assert result.exit_code == 0, result.output
    assert "meters: no mistakes" in result.output
    assert "train 2025-01:2025-05; validation 2025-06:2025-08; test 2025-09:2025-09" in result.output
    assert "rmse 2% better than prior" in result.output


def test_mistakes_are_listed_and_the_command_fails(folder: Path) -> None:
    (folder / "landing.py").write_text("\n")
    result = RUN(app, ["pipeline", "check"])
    assert result.exit_code == 1
    assert "jobs/pipelines/meters/landing.py:1: function landing_files is missing" in result.output
    assert "meters: 1 mistake\n" in result.output
    as_json = json.loads(RUN(app, ["pipeline", "check", "meters", "--json"]).output)
    assert [mistake["line"] for mistake in as_json["meters"]] == [1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "x"], "--target describe the columns of a file; name it with --from"),
        (["--from", "x.csv", "--target", "x"], "--from needs --target and --time"),
    ],
)
def test_options_that_do_not_fit_are_refused(arguments: list[str], message: str) -> None:
    result = RUN(app, ["new", "meters", *arguments])
    assert result.exit_code == 2
    assert message in " ".join(result.output.replace("│", " ").split())


def test_a_new_pipeline_is_checked_and_the_next_steps_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.new_pipeline, "REPOSITORY", tmp_path)
    with pipelines_at(tmp_path / "jobs" / "pipelines"):
        result = RUN(app, ["new", "meters"])
    assert result.exit_code == 0, result.output
    assert "written: jobs/pipelines/meters" in result.output
    assert (
        "assumed to be known at date, the moment of the prediction: temperature_forecast, site, tariff" in result.output
    )
    assert "meters: no mistakes" in result.output
    assert "before a deployment: make baseline, and commit jobs/pipelines/meters/baseline" in result.output
