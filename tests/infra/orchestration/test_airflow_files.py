from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from constructs import RootConstruct

from infra.environments import DEV
from infra.names import PlatformNames
from infra.orchestration.airflow_files import AirflowFiles
from infra.orchestration.airflow_release import AirflowRelease

RELEASE = AirflowRelease(
    dags={"jobs/dags/a.py": "a = 1\n", "release.json": "{}"}, requirements="--no-index\n", startup="true\n"
)
PATHS = ("dag_path", "requirements_path", "startup_path")


def published(folder: Path, release: AirflowRelease = RELEASE) -> dict[str, Any]:
    stack = cdk.Stack(cdk.App(outdir=str(folder)), "Probe")
    files = AirflowFiles(stack, "Files", names=PlatformNames.of(DEV), release=release, uploads=stack.synthesizer)
    return {path: getattr(files, path) for path in PATHS}


def test_equal_files_have_equal_paths_wherever_they_are_written(tmp_path: Path) -> None:
    assert published(tmp_path / "1") == published(tmp_path / "2")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"dags": {**RELEASE.dags, "jobs/dags/a.py": "a = 2\n"}}, "dag_path"),
        ({"dags": {**RELEASE.dags, "jobs/dags/b.py": ""}}, "dag_path"),
        ({"dags": {"jobs/dags/b.py": "a = 1\n", "release.json": "{}"}}, "dag_path"),
        ({"requirements": "--no-index\nboto3\n"}, "requirements_path"),
        ({"startup": "false\n"}, "startup_path"),
    ],
)
def test_one_changed_file_changes_its_own_path_alone(change: dict[str, Any], path: str, tmp_path: Path) -> None:
    before, after = published(tmp_path / "1"), published(tmp_path / "2", replace(RELEASE, **change))
    assert {name for name in PATHS if before[name] != after[name]} == {path}


def test_what_is_uploaded_is_what_the_release_holds(tmp_path: Path) -> None:
    paths = published(tmp_path)
    staged = tmp_path / "airflow-files"
    assert (staged / paths["dag_path"] / "jobs/dags/a.py").read_text() == "a = 1\n"
    assert (staged / paths["startup_path"]).read_text() == "true\n"
    assert [Path(paths[name]).suffix for name in PATHS[1:]] == [".txt", ".sh"]


def test_files_outside_an_app_are_refused() -> None:
    with pytest.raises(TypeError, match="is not part of an App"):
        AirflowFiles(
            RootConstruct("Alone"),
            "Files",
            names=PlatformNames.of(DEV),
            release=RELEASE,
            uploads=cdk.DefaultStackSynthesizer(),
        )
