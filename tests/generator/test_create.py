import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import PlatformError
from generator.create import create_pipeline
from generator.profile import Options
from jobs.contracts.metrics import Problem
from jobs.contracts.partitions import Grain
from jobs.pipeline_check.check import check_pipeline
from tests.generator.files import hourly_rentals, shop_visits, write_csv
from tests.jobs.pipeline_check.folders import pipelines_at

RUFF = [sys.executable, "-m", "ruff"]
CONFIG = ["--no-cache", "--config", str(Path(__file__).parents[2] / "pyproject.toml")]


def files(root: Path) -> list[str]:
    """The files below a folder, without the bytecode of modules that a test has imported."""
    written = (path for path in root.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return sorted(path.relative_to(root).as_posix() for path in written)


def require_clean(root: Path) -> None:
    subprocess.run([*RUFF, "format", "--check", *CONFIG, str(root)], check=True)
    # Imports are sorted by the place of the file, which is not that of the repository here.
    subprocess.run([*RUFF, "check", "--ignore", "I", *CONFIG, str(root / "jobs")], check=True)


def test_the_generated_folder_has_no_mistakes_and_needs_no_formatting(tmp_path: Path) -> None:
    create_pipeline("meters", None, tmp_path)
    with pipelines_at(tmp_path / "jobs" / "pipelines"):
        assert check_pipeline("meters") == []
    require_clean(tmp_path)
    assert files(tmp_path) == [
        "jobs/pipelines/meters/__init__.py",
        "jobs/pipelines/meters/dags.py",
        "jobs/pipelines/meters/data/readings.csv",
        "jobs/pipelines/meters/feature_groups.py",
        "jobs/pipelines/meters/landing.py",
        "jobs/pipelines/meters/model.py",
        "jobs/pipelines/meters/pipeline.py",
        "jobs/pipelines/meters/sources.py",
        "jobs/pipelines/meters/tables.py",
        "jobs/pipelines/meters/transforms/__init__.py",
        "jobs/pipelines/meters/transforms/cleansing.py",
        "jobs/pipelines/meters/transforms/features.py",
        "jobs/pipelines/meters/transforms/spine.py",
        "tests/jobs/pipelines/meters/__init__.py",
        "tests/jobs/pipelines/meters/test_meters.py",
    ]


def test_the_generated_test_imports_what_exists(tmp_path: Path) -> None:
    create_pipeline("meters", None, tmp_path)
    with pipelines_at(tmp_path / "jobs" / "pipelines"):
        found = runpy.run_path(str(tmp_path / "tests/jobs/pipelines/meters/test_meters.py"))
    assert "test_cleansing_keeps_every_row_and_identifies_it" in found


@pytest.mark.parametrize(("name", "message"), [("Meters", "allowed are lower-case"), ("class", "allowed are")])
def test_a_bad_name_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(PlatformError, match=message):
        create_pipeline(name, None, tmp_path)
    assert files(tmp_path) == []


def test_an_existing_folder_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "tests" / "jobs" / "pipelines" / "meters").mkdir(parents=True)
    with pytest.raises(PlatformError, match=r"tests/jobs/pipelines/meters exists; choose another name"):
        create_pipeline("meters", None, tmp_path)
    assert files(tmp_path) == []


def test_an_hourly_file_with_points_becomes_a_regression(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in" / "rentals.csv", hourly_rentals())
    profile = create_pipeline("rentals", Options(path=path, target="count", time="hour"), tmp_path).profile
    assert (profile.label.problem, profile.periods.partitions.grain) == (Problem.REGRESSION, Grain.DAY)
    assert [column.name for column in profile.numeric] == ["temperature"]
    assert [column.name for column in profile.categorical] == ["weather"]
    assert profile.absent_text == "NA"
    assert (profile.time.name, profile.periods.partitions.column) == ("hour", "day")
    with pipelines_at(tmp_path / "jobs" / "pipelines"):
        assert check_pipeline("rentals") == []


@pytest.mark.parametrize("exclude", [("Umsatz", "Stadt"), ("Umsatz", "Verweildauer"), ("Umsatz",)])
def test_code_without_numbers_or_categories_is_clean_too(tmp_path: Path, exclude: tuple[str, ...]) -> None:
    path = write_csv(tmp_path / "in" / "visits.csv", shop_visits(), delimiter=";", encoding="iso-8859-1")
    options = Options(path=path, target="Gekauft", time="Datum", exclude=exclude, grain=Grain.DAY)
    create_pipeline("visits", options, tmp_path)
    require_clean(tmp_path)
    with pipelines_at(tmp_path / "jobs" / "pipelines"):
        assert check_pipeline("visits") == []


def test_a_column_with_the_name_of_the_grain_keeps_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in" / "rentals.csv", hourly_rentals())
    options = Options(path=path, target="count", time="hour", grain=Grain.HOUR)
    partitions = create_pipeline("rentals", options, tmp_path).profile.periods.partitions
    assert partitions.column == "hour_partition"
    with pipelines_at(tmp_path / "jobs" / "pipelines"):
        assert check_pipeline("rentals") == []


def test_a_latin_file_with_semicolons_and_decimal_commas_becomes_a_binary_model(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in" / "Besuche 2025.csv", shop_visits(), delimiter=";", encoding="iso-8859-1")
    options = Options(path=path, target="Gekauft", time="Datum", exclude=("Umsatz",))
    profile = create_pipeline("visits", options, tmp_path).profile
    assert (profile.encoding, profile.delimiter, profile.label.classes) == ("iso-8859-1", ";", ("nein", "ja"))
    assert [column.name for column in profile.numeric] == ["verweildauer"]
    assert [column.name for column in profile.categorical] == ["stadt"]
    assert profile.left_out == {"umsatz": "is excluded"}
    assert [column.name for column in profile.keys] == ["kunden_id"]
    folder = tmp_path / "jobs" / "pipelines" / "visits"
    assert (
        'F.regexp_replace("verweildauer", ",", ".").cast("double")'
        in (folder / "transforms" / "cleansing.py").read_text()
    )
    with pipelines_at(tmp_path / "jobs" / "pipelines"):
        assert check_pipeline("visits") == []


@pytest.mark.parametrize(
    ("days", "grain", "expected"),
    [
        (24, Grain.DAY, (13, 4, 7)),
        (24, Grain.HOUR, (322, 86, 168)),
        (90, Grain.WEEK, (9, 3, 2)),
        (100, Grain.DAY, (70, 15, 15)),
    ],
)
def test_the_test_split_has_a_week_and_the_validation_split_three_folds(
    tmp_path: Path, days: int, grain: Grain, expected: tuple[int, int, int]
) -> None:
    path = write_csv(tmp_path / "in" / "rentals.csv", hourly_rentals(days))
    options = Options(path=path, target="count", time="hour", grain=grain)
    splits = create_pipeline("rentals", options, tmp_path).profile.periods.splits
    assert (splits.train, splits.validation, splits.test, splits.folds) == (*expected, 3)
