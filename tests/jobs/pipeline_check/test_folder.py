from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.contracts.tables import ContractError
from jobs.pipeline_check.check import check_pipeline, require_checked
from jobs.pipeline_check.folder import PipelineFolder
from tests.jobs.pipeline_check.folders import pipelines_at, write

TRANSFORMS = """
def cleanse(raw): ...
def features(cleansed, *, first_day, last_day): ...
def spine(cleansed): ...
"""
FILES = {
    "__init__.py": "",
    "pipeline.py": "PIPELINE = 3\n",
    "dags.py": "data, training = data_dag(PIPELINE), training_dag(PIPELINE)\nscoring = scoring_dag(PIPELINE)\n",
    "landing.py": "def landing_files(first, last): ...\n",
    "transforms/__init__.py": TRANSFORMS,
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with pipelines_at(tmp_path):
        write(tmp_path / "meters", FILES)
        yield tmp_path / "meters"


def found(name: str = "meters") -> list[str]:
    return [str(mistake).removeprefix(f"jobs/pipelines/{name}/") for mistake in check_pipeline(name)]


def test_a_declaration_without_a_value_is_found(folder: Path) -> None:
    assert found() == ["pipeline.py:1: the module has PIPELINE as a int; it must define PIPELINE = Pipeline(...)"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("pipeline.py", "x = (\n", "pipeline.py:1: Python cannot read it: '(' was never closed"),
        ("pipeline.py", "\nimport jobs.contracts.nothing", "pipeline.py:2: ModuleNotFoundError: No module named"),
        ("pipeline.py", "\n\nfrom pyspark.sql import Row", "pipeline.py:3: pyspark.sql is imported; allowed there are"),
        ("pipeline.py", "from jobs.pipelines.other.model import X", "pipeline.py:1: pipeline other is imported;"),
        ("pipeline.py", "from ..other import model", "pipeline.py:1: pipeline other is imported;"),
        ("pipeline.py", "from jobs.spark import job", "pipeline.py:1: jobs.spark is imported; allowed there are"),
        ("pipeline.py", "X = 1\nY = x", "pipeline.py:2: NameError: name 'x' is not defined"),
        ("dags.py", "data = data_dag(1), training_dag(1)", "dags.py:1: no variable is assigned scoring_dag(PIPELINE)"),
        ("landing.py", "import csv", "landing.py:1: function landing_files is missing; define or import"),
        (
            "landing.py",
            "\ndef landing_files(months): ...",
            "landing.py:2: landing_files(months) cannot be called as landing_files(first, last)",
        ),
        (
            "transforms/__init__.py",
            TRANSFORMS.replace("*, first_day, last_day", "days"),
            "transforms/__init__.py:3: features(cleansed, days) cannot be called as "
            "features(cleansed, *, first_day, last_day)",
        ),
    ],
)
def test_mistakes_of_code_are_found_with_their_line(folder: Path, path: str, text: str, expected: str) -> None:
    write(folder, {path: text})
    assert [each for each in found() if each.startswith(expected)] != [], found()


def test_a_package_that_the_declaration_reaches_is_found_where_it_is_imported(folder: Path) -> None:
    write(folder, {"pipeline.py": "from jobs.pipelines.meters.rules import X\n", "rules.py": "import pandas\n"})
    (mistake,) = found()
    assert mistake.startswith("rules.py:1: pandas is imported by a module that pipeline.py imports; allowed there are")


def test_a_package_that_only_transforms_import_is_no_mistake(folder: Path) -> None:
    write(
        folder, {"transforms/spark.py": "import pyspark\n", "transforms/__init__.py": f"import pyspark\n{TRANSFORMS}"}
    )
    assert len(found()) == 1


def test_missing_files_are_found_at_once(folder: Path) -> None:
    for path in ("pipeline.py", "landing.py", "dags.py", "transforms/__init__.py"):
        (folder / path).unlink()
    assert found() == [
        "pipeline.py:1: the file is missing; it must define PIPELINE",
        "pipeline.py:1: the folder has no module dags; it must assign the DAGs of data_dag, training_dag, scoring_dag "
        "to variables",
        "pipeline.py:1: the folder has no module landing; it must define landing_files(first, last)",
        "pipeline.py:1: the folder has no module transforms; it must define cleanse(raw), "
        "features(cleansed, *, first_day, last_day), spine(cleansed)",
    ]


def test_an_unknown_pipeline_is_refused(folder: Path) -> None:
    with pytest.raises(ContractError, match=r"unknown pipeline 'nope'; pipelines are \['meters'\]"):
        check_pipeline("nope")


def test_all_mistakes_are_one_error(folder: Path) -> None:
    with pytest.raises(
        ContractError, match=r"1 mistake in the declared pipelines:\n  jobs/pipelines/meters/pipeline.py"
    ):
        require_checked(["meters"])


def test_a_text_is_found_in_the_call_that_has_its_table(folder: Path) -> None:
    write(folder, {"tables.py": 'A = f("a",\n  g("x"))\nB = f("b",\n  g("x"))\nC = """one\n two"""\n'})
    place = PipelineFolder.of("meters").place
    assert place("x", "b") == ("jobs/pipelines/meters/tables.py", 4)
    assert place("two") == ("jobs/pipelines/meters/tables.py", 6)
    assert place("nothing") == ("jobs/pipelines/meters/pipeline.py", 1)
