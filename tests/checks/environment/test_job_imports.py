import aws_cdk as cdk
import pytest

from checks.assembly import Assembly, read_job_code
from checks.environment.job_imports import import_findings
from checks.mutations.mutation import seeded_mutations
from infra.environments import DEV
from infra.jobs.job_code import spark_archive


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The modules of the archive that the platform ships."""
    folder = tmp_path_factory.mktemp("assembly")
    spark_archive(cdk.Stack(cdk.App(outdir=str(folder))), "Archive")
    return read_job_code(folder)


def with_code(modules: dict[str, str]) -> Assembly:
    """An environment whose archive has these modules."""
    return Assembly(config=DEV, templates={"compute": {}}, images={}, job_code=modules)


def test_the_shipped_archive_imports_what_every_engine_has(shipped: dict[str, str]) -> None:
    assert {"jobs/main.py", "jobs/spark/job.py", "jobs/contracts/tables.py"} <= shipped.keys()
    assert list(import_findings(with_code(shipped))) == []


def test_each_mistake_in_job_code_is_detected(shipped: dict[str, str]) -> None:
    mistakes = [mutation for mutation in seeded_mutations() if mutation.code]

    assert len(mistakes) == 5
    assert all(list(import_findings(mistake.applied(with_code(shipped)))) for mistake in mistakes)


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("import json, os.path", None),
        ("from pyspark.sql import functions as F", None),
        ("from jobs.spark import other", None),
        ("from jobs.spark.other import anything", None),
        ("import boto3", "jobs/spark/work.py/boto3"),
        ("def f():\n    from botocore.config import Config", "jobs/spark/work.py/botocore.config"),
        ("import pyspark.pandas as ps", "jobs/spark/work.py/pyspark.pandas"),
        ("from jobs.spark import missing", "jobs/spark/work.py/jobs.spark.missing"),
        ("from jobs.training.objects import write_json", "jobs/spark/work.py/jobs.training.objects"),
        ("from .other import anything", "jobs/spark/work.py/.other"),
    ],
)
def test_the_standard_library_pyspark_and_the_archive_are_allowed(line: str, where: str | None) -> None:
    modules = {"jobs/__init__.py": "", "jobs/spark/__init__.py": "", "jobs/spark/other.py": ""}

    findings = list(import_findings(with_code({**modules, "jobs/spark/work.py": line})))

    assert [finding.where for finding in findings] == ([where] if where else [])
    assert all("allowed are the standard library, pyspark" in finding.what for finding in findings)
