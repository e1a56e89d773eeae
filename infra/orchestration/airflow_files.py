"""What MWAA reads from S3: a DAG folder and a requirements file, both named by their content."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from infra.compute.job_code import REPOSITORY
from infra.names import PlatformNames

#: The packages DAG files import; Spark, training and serving code never reaches a scheduler.
DAG_PACKAGES = ("contracts", "dags", "pipelines")

#: Only DAG files are parsed; what they import is not searched for DAGs.
_IGNORED = "jobs/contracts/\njobs/pipelines/\n"


class AirflowFiles(Construct):
    """Files of the DAG folder as single assets below a prefix that is the hash of them all.

    A changed DAG is a new prefix, hence a deployment; an unchanged one is none. Old folders stay for rollback.
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, version: str) -> None:
        super().__init__(scope, construct_id)
        constraints = f"constraints-{version}.txt"
        pins = REPOSITORY / "requirements" / f"mwaa-{version}.txt"
        files = {**dag_sources(), constraints: pins.read_text(), ".airflowignore": _IGNORED}
        prefix = f"{names.prefix}/dags/{_digest(files)}"
        for path, text in sorted(files.items()):
            self._publish(f"{prefix}/{path}", text)
        requirements = airflow_requirements(constraints)
        self.dag_path = f"{prefix}/"
        self.requirements_path = f"{names.prefix}/requirements/{_digest({'': requirements})}.txt"
        self._publish(self.requirements_path, requirements)

    def _publish(self, key: str, text: str) -> None:
        """Make the CLI upload the text under this key of the assets bucket, before the stack is deployed."""
        outdir = Path(_outdir(self))
        staged = outdir / "airflow-files" / key
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_text(text)
        # The synthesizer appends the file's suffix to the hash it is given, and takes any text for a hash.
        cdk.Stack.of(self).synthesizer.add_file_asset(
            source_hash=key.removesuffix(Path(key).suffix),
            file_name=str(staged.relative_to(outdir)),
            packaging=cdk.FileAssetPackaging.FILE,
            display_name=key,
        )


def dag_sources() -> dict[str, str]:
    """The Python files of the DAG folder by their path in it."""
    return {str(path.relative_to(REPOSITORY)): path.read_text() for path in _source_files()}


def airflow_requirements(constraints: str) -> str:
    """The requirements file: the image's own packages under its own pins, so that nothing is downloaded.

    It changes no environment, and fails at creation when an image holds another provider than DAGs were tested with.
    """
    return (
        f'--constraint "/usr/local/airflow/dags/{constraints}"\napache-airflow-providers-amazon[aiobotocore]==9.12.0\n'
    )


def _source_files() -> Iterator[Path]:
    jobs = REPOSITORY / "jobs"
    yield jobs / "__init__.py"
    for package in DAG_PACKAGES:
        yield from sorted((jobs / package).rglob("*.py"))


def _digest(files: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for path, text in sorted(files.items()):
        digest.update(f"{path}\0{text}\0".encode())
    return digest.hexdigest()


def _outdir(construct: Construct) -> str:
    stage = cdk.Stage.of(construct)
    if stage is None:
        raise TypeError(f"{construct.node.path}: is not part of an App")
    return stage.outdir
