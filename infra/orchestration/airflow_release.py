"""The files that one release gives MWAA: DAG folder, requirements file and startup script, named by their content."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from infra.config.certificates import CaBundle
from infra.orchestration.startup import startup_script
from jobs.contracts.pipeline import load_pipelines

REPOSITORY = Path(__file__).resolve().parents[2]
REQUIREMENTS = REPOSITORY / "requirements"

#: The packages DAG files import; Spark, training and serving code never reaches a scheduler.
DAG_PACKAGES = ("contracts", "dags", "pipelines")

#: A file in the DAG folder that lists the DAGs that MWAA must show once it has read the folder.
MANIFEST = "release.json"

#: Lists what the DAG processor does not search for DAGs: the modules that DAG files import.
IGNORE_FILE = "jobs/.airflowignore"


@dataclass(frozen=True, kw_only=True)
class AirflowRelease:
    """The files of a release; releases with equal files are equal."""

    dags: Mapping[str, str]
    """Text of each file by its path in the DAG folder."""
    requirements: str
    startup: str

    @classmethod
    def of_repository(cls, version: str, ca_bundle: CaBundle | None = None) -> Self:
        """The release that this repository contains for an Airflow version, with private authorities to trust."""
        constraints = (REQUIREMENTS / f"mwaa-{version}.txt").read_text()
        dag_ids = sorted(dag_id for pipeline in load_pipelines() for dag_id in pipeline.dag_ids)
        return cls(
            dags={
                **dag_sources(),
                f"constraints-{version}.txt": constraints,
                IGNORE_FILE: (REPOSITORY / IGNORE_FILE).read_text(),
                MANIFEST: json.dumps({"dags": dag_ids}) + "\n",
            },
            requirements=(REQUIREMENTS / f"airflow-{version}.txt").read_text(),
            startup=startup_script(ca_bundle),
        )

    @property
    def dag_digest(self) -> str:
        """The SHA-256 hash over the paths and contents of the DAG folder."""
        return _digest(f"{path}\0{text}\0".encode() for path, text in sorted(self.dags.items()))


def content_digest(content: bytes) -> str:
    """The hash by which a single file of a release is named."""
    return _digest([content])


def dag_sources() -> dict[str, str]:
    """The Python files of the DAG folder by their path in it."""
    return {path.relative_to(REPOSITORY).as_posix(): path.read_text() for path in _source_files()}


def _source_files() -> Iterator[Path]:
    jobs = REPOSITORY / "jobs"
    yield jobs / "__init__.py"
    for package in DAG_PACKAGES:
        yield from sorted((jobs / package).rglob("*.py"))


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
