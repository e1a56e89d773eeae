"""One mistake in a valid folder is found with its sentence, in the line that contains it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

from generator.create import create_pipeline
from jobs.pipeline_check.check import check_pipeline
from tests.jobs.pipeline_check.folders import pipelines_at


@dataclass(frozen=True)
class Seed:
    """A change of a file, and where which sentence must be found; the line is the first that has the text `line`."""

    path: str
    old: str
    new: str
    line: str
    sentence: str
    found_in: str = ""
    also: tuple[str, str] = ("", "")


SEEDS = {
    "name of the folder": Seed(
        "pipeline.py",
        'name="meters"',
        'name="readings"',
        'name="readings",',
        "the pipeline is named 'readings'; allowed is 'meters'",
    ),
    "goal with the wrong direction": Seed(
        "model.py",
        'Goal(metric="rmse", baseline=PRIOR, improvement=0.02, confident=True)',
        'Goal(metric="rmse", minimum=3.0)',
        "PIPELINE = Pipeline(",
        "goal for rmse: received a minimum, but lower is better",
        "pipeline.py",
    ),
    "metric of another problem": Seed(
        "model.py",
        'objective="rmse"',
        'objective="roc_auc"',
        'objective="roc_auc"',
        "objective 'roc_auc' of a regression model: xgboost cannot stop fitting by it",
    ),
    "unknown hyper-parameter": Seed(
        "model.py",
        'name="subsample"',
        'name="sub_sample"',
        'name="sub_sample"',
        "hyper-parameters ['sub_sample'] are unknown",
    ),
    "empty search range": Seed(
        "model.py",
        "minimum=3, maximum=8",
        "minimum=8, maximum=3",
        'name="max_depth"',
        "range of max_depth: minimum 8 must be below 3",
    ),
    "feature that no group has": Seed(
        "feature_groups.py",
        'name="temperature_forecast"',
        'name="temperature"',
        '"temperature_forecast",',
        "model: numeric feature 'temperature_forecast' is in no feature group",
        "model.py",
    ),
    "numeric feature of texts": Seed(
        "feature_groups.py",
        'name="temperature_forecast", type=ColumnType.DOUBLE',
        'name="temperature_forecast", type=ColumnType.STRING',
        'name="temperature_forecast"',
        "model: numeric feature 'temperature_forecast' is string in its feature group",
    ),
    "feature that is the label": Seed(
        "feature_groups.py",
        'Column(name="tariff", type=ColumnType.STRING, description="tariff", nullable=False),',
        'Column(name="energy_kwh", type=ColumnType.DOUBLE, description="x"),',
        'name="energy_kwh"',
        "feature group features: feature 'energy_kwh' has the name of the label",
    ),
    "key that the spine lacks": Seed(
        "feature_groups.py",
        'name="row_id"',
        'name="meter_id"',
        'name="meter_id"',
        "record identifier 'meter_id' is in no cleansed table",
    ),
    "key of another type": Seed(
        "feature_groups.py",
        'name="row_id", type=ColumnType.STRING',
        'name="row_id", type=ColumnType.BIGINT',
        'name="row_id"',
        "record identifier 'row_id' is bigint, the cleansed table has string",
    ),
    "column that SageMaker adds": Seed(
        "feature_groups.py",
        'name="day_of_week"',
        'name="is_deleted"',
        'name="is_deleted"',
        "'is_deleted' is a column that SageMaker adds",
    ),
    "feature group with a long name": Seed(
        "feature_groups.py",
        'name="features"',
        'name="everything_that_is_known_about_one_meter_now"',
        'name="everything',
        "its name on AWS has up to 68 characters",
    ),
    "label of another type": Seed(
        "tables.py",
        "name=MODEL.label,\n            type=ColumnType.DOUBLE",
        "name=MODEL.label,\n            type=ColumnType.STRING",
        'label="energy_kwh"',
        "model: label 'energy_kwh' is string in the cleansed table; a regression model needs int or bigint or float",
        "model.py",
    ),
    "field id that is used twice": Seed(
        "tables.py", "id=6", "id=5", 'name="readings"', "table readings: ids [5] are used by several columns"
    ),
    "key that is no column": Seed(
        "sources.py",
        '"site",\n        "date",',
        '"site",\n        "day",',
        '"day",',
        "table readings: ['day'] are not columns",
    ),
    "table without partitions": Seed(
        "tables.py",
        "partition_by=(PARTITIONS.column,)",
        "partition_by=()",
        'name="readings"',
        "cleansed table readings: partition_by ()",
    ),
    "path without partition": Seed(
        "sources.py",
        "month={partition}/",
        "",
        'arrival="readings/readings.csv"',
        "source readings: arrival 'readings/readings.csv' with partition_by",
    ),
    "reference to a table that is none": Seed(
        "sources.py",
        "quality=Quality(",
        'quality=Quality(references=(_reference(column="site", table="sites", key="name"),), ',
        'table="sites"',
        "the reference of site names table 'sites'; sources are ['readings']",
        also=(
            "ColumnType, Quality\n",
            "ColumnType, Quality\nfrom jobs.contracts.tables import Reference as _reference\n",
        ),
    ),
    "unknown encoding": Seed(
        "sources.py",
        'encoding="utf-8"',
        'encoding="latin-15"',
        'encoding="latin-15"',
        "CSV encoding 'latin-15' is unknown",
    ),
    "word that SQL reserves": Seed(
        "sources.py",
        'id=4, name="tariff"',
        'id=4, name="order"',
        'name="order"',
        "table readings: column 'order' is a word that Athena's SQL reserves",
    ),
    "split of no partition": Seed(
        "pipeline.py",
        "validation=3",
        "validation=0",
        "validation=0",
        "split validation: received 0; allowed is 1 or more",
    ),
    "hour that does not exist": Seed(
        "pipeline.py", 'data="0 4 2 * *"', 'data="0 25 2 * *"', 'data="0 25 2 * *"', "hour 25; allowed are 0 to 23"
    ),
    "cron of four fields": Seed(
        "pipeline.py",
        'data="0 4 2 * *"',
        'data="0 4 2 *"',
        "schedule=Schedule(",
        "allowed is a cron expression of five fields",
    ),
    "label that comes after the run": Seed(
        "model.py", "label_delay=0", "label_delay=2", "schedule=Schedule(", "reload must be 3 or more", "pipeline.py"
    ),
    "setting of a job that does not exist": Seed(
        "pipeline.py",
        "goals=GOALS",
        'goals=GOALS, jobs={"train_it": None}',
        "train_it",
        "settings of jobs ['train_it']: jobs are",
    ),
    "address without a domain": Seed(
        "pipeline.py",
        "alert_emails=()",
        'alert_emails=("team",)',
        'alert_emails=("team",)',
        "alert_emails: 'team'; allowed are addresses",
    ),
    "parameter that is misspelled": Seed(
        "pipeline.py", "owner=", "owners=", "PIPELINE = Pipeline(", "unexpected keyword argument 'owners'"
    ),
    "transform with other parameters": Seed(
        "transforms/spine.py",
        "def spine(cleansed: Mapping[str, DataFrame])",
        "def spine()",
        "def spine()",
        "spine() cannot be called as spine(cleansed)",
    ),
}


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("valid")
    create_pipeline("meters", None, root)
    return root / "jobs" / "pipelines" / "meters"


@pytest.fixture
def folder(valid: Path, tmp_path: Path) -> Iterator[Path]:
    with pipelines_at(tmp_path):
        yield Path(copytree(valid, tmp_path / "meters"))


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)
def test_a_seeded_mistake_is_found_in_its_line(folder: Path, seed: Seed) -> None:
    text = (folder / seed.path).read_text()
    assert text.count(seed.old) >= 1, f"{seed.path} does not contain {seed.old}"
    (folder / seed.path).write_text(text.replace(seed.old, seed.new, 1).replace(*seed.also, 1))

    mistakes = check_pipeline("meters")

    where = seed.found_in or seed.path
    lines = (folder / where).read_text().splitlines()
    line = next(number for number, content in enumerate(lines, 1) if seed.line in content)
    found = [
        (each.path.removeprefix("jobs/pipelines/meters/"), each.line)
        for each in mistakes
        if seed.sentence in each.sentence
    ]
    assert found == [(where, line)], [str(each) for each in mistakes]


def test_two_pipelines_whose_names_collide_are_found(folder: Path) -> None:
    twin = copytree(folder, folder.parent / "meters_features")
    for path in twin.rglob("*.py"):
        path.write_text(path.read_text().replace("pipelines.meters.", "pipelines.meters_features."))
    (twin / "pipeline.py").write_text(
        (twin / "pipeline.py").read_text().replace('name="meters"', 'name="meters_features"')
    )
    (mistake,) = check_pipeline("meters_features")
    assert "both have resources named 'meters_features'; rename one" in mistake.sentence


def test_all_mistakes_of_a_value_are_found_at_once(folder: Path) -> None:
    path = folder / "feature_groups.py"
    path.write_text(
        path.read_text().replace('name="row_id"', 'name="meter_id"').replace('name="tariff"', 'name="write_time"')
    )
    assert len(check_pipeline("meters")) == 3
