"""What DAGs need, resolved for the image's Python against the image's own pins."""

from pathlib import Path

import pytest

from common.errors import PlatformError
from infra.orchestration.airflow_release import REQUIREMENTS
from operations.airflow_requirements import airflow_files, refuse_airflow_itself, resolve
from tests.operations.wheels import add_wheel, use_index

ASKED = [line for line in (REQUIREMENTS / "airflow-3.0.6.in").read_text().splitlines() if line[0] != "#"]
CONSTRAINTS = '--constraint "/usr/local/airflow/dags/constraints-1.0.txt"'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Requirements for an image that pins `core` and holds it, and an index with more."""
    (tmp_path / "mwaa-1.0.txt").write_text("core==1.0\n")
    (tmp_path / "mwaa-1.0-installed.txt").write_text("# what the image holds\ncore==1.0\n")
    index = tmp_path / "index"
    index.mkdir()
    add_wheel(index, "core", "1.0")
    add_wheel(index, "core", "2.0")
    add_wheel(index, "addon", "3.1", "core>=1", "deep")
    add_wheel(index, "deep", "0.5")
    add_wheel(index, "eager", "1.0", "core>=2")
    use_index(monkeypatch, index)
    return tmp_path


def files(folder: Path, *asked: str) -> dict[str, str]:
    (folder / "airflow-1.0.in").write_text("# what DAGs import\n" + "\n".join(asked) + "\n")
    return airflow_files("1.0", folder)


def test_what_mwaa_reads_starts_with_its_constraints_and_has_no_comment() -> None:
    lines = (REQUIREMENTS / "airflow-3.0.6.txt").read_text().splitlines()
    assert lines[:2] == ['--constraint "/usr/local/airflow/dags/constraints-3.0.6.txt"', "--no-index"]
    assert not [line for line in lines if "#" in line]
    pins = set((REQUIREMENTS / "mwaa-3.0.6.txt").read_text().splitlines())
    assert {line.replace("[aiobotocore]", "") for line in lines[2:]} <= pins
    assert len(lines) > 2


def test_dags_could_move_to_the_next_image() -> None:
    found = resolve(ASKED, REQUIREMENTS / "mwaa-3.2.1.txt")
    assert {"apache-airflow==3.2.1", "apache-airflow-providers-amazon==9.25.0"} <= set(found)


def test_what_the_image_holds_is_not_bundled(folder: Path) -> None:
    assert files(folder, "core") == {
        "airflow-1.0.txt": f"{CONSTRAINTS}\n--no-index\ncore==1.0\n",
        "airflow-1.0-bundle.txt": "",
    }


def test_what_the_image_lacks_is_locked_and_found_in_the_bundle(folder: Path) -> None:
    found = files(folder, "addon[fast]>=3", "core")
    assert found["airflow-1.0.txt"].splitlines() == [
        CONSTRAINTS,
        "--no-index",
        "--find-links /usr/local/airflow/plugins",
        "addon[fast]==3.1",
        "core==1.0",
        "deep==0.5",
    ]
    lock = found["airflow-1.0-bundle.txt"].splitlines()
    assert [line for line in lock if "==" in line] == ["addon==3.1 \\", "deep==0.5 \\"]
    assert [line.strip()[:14] for line in lock if "==" not in line] == ["--hash=sha256:"] * 2


@pytest.mark.parametrize(
    ("asked", "pins"), [("core==2.0", "core==2.0 and core==1.0"), ("eager", "eager depend on core>=2 and core==1.0")]
)
def test_a_clash_is_told_with_its_pins(asked: str, pins: str, folder: Path) -> None:
    with pytest.raises(PlatformError, match=rf"(?s)does not fit the pins of mwaa-1.0.txt: .*{pins}"):
        files(folder, asked)


def test_another_airflow_is_not_bundled(folder: Path) -> None:
    add_wheel(folder / "index", "apache_airflow_core", "3.1.0")
    add_wheel(folder / "index", "greedy", "1.0", "apache-airflow-core")
    with pytest.raises(PlatformError, match=r"received \['apache-airflow-core==3.1.0'\]; allowed is anything but"):
        files(folder, "greedy")


@pytest.mark.parametrize("asked", ["apache-airflow==3.0.6", "apache_airflow_core>=3", "apache-airflow[celery]==3.0.6"])
def test_another_airflow_is_not_asked_for(asked: str) -> None:
    with pytest.raises(PlatformError, match="allowed is anything but Airflow itself"):
        refuse_airflow_itself(["apache-airflow-providers-amazon", asked])
