from pathlib import Path

import pytest

import jobs.spark
from jobs.contracts.access import ACCESS, SPARK_JOBS, Access, Folder, JobKind, spark_kind
from jobs.contracts.tables import ContractError, Zone


def test_every_kind_has_an_access_and_every_zone_but_artifacts_is_written_by_one_step_of_the_lifecycle() -> None:
    writers = {zone: [kind for kind in JobKind if zone in ACCESS[kind].writes] for zone in Zone}

    assert set(ACCESS) == set(JobKind)
    assert writers == {
        Zone.LANDING: [],
        Zone.RAW: [JobKind.INGEST],
        Zone.QUARANTINE: [JobKind.INGEST],
        Zone.CLEANSED: [JobKind.CLEANSE],
        Zone.FEATURES: [JobKind.FEATURE],
        Zone.DATASETS: [JobKind.DATASET],
        Zone.ARTIFACTS: [],
        Zone.PREDICTIONS: [JobKind.SERVE, JobKind.PUBLISH],
    }


def test_every_spark_module_with_a_main_is_a_job_of_a_kind() -> None:
    modules = Path(next(iter(jobs.spark.__path__))).glob("*.py")

    assert {path.stem for path in modules if "def main()" in path.read_text()} == set(SPARK_JOBS)


def test_what_is_written_is_readable_and_artifacts_are_reached_by_folder() -> None:
    access = ACCESS[JobKind.DATASET]

    assert access.readable == (Zone.CLEANSED, Zone.FEATURES, Zone.DATASETS)
    assert access.readable_folders == (Folder.REPORTS, Folder.DATASETS)
    assert access.zones == (Zone.CLEANSED, Zone.FEATURES, Zone.DATASETS, Zone.ARTIFACTS)
    assert Folder.DATASETS in ACCESS[JobKind.PUBLISH].readable_folders, "publish reads dataset.json of its run"
    with pytest.raises(ContractError, match="zone artifacts: allowed are its folders"):
        Access(writes=(Zone.ARTIFACTS,))


def test_a_module_without_a_role_is_refused() -> None:
    assert spark_kind("features") is JobKind.FEATURE
    with pytest.raises(ContractError, match=r"jobs.spark.quality is no job with a role; jobs are \['cleanse'"):
        spark_kind("quality")
