"""Paths of the repository, its Python environments and the state folder of the local platform."""

import os
from dataclasses import dataclass
from pathlib import Path

from common.errors import PlatformError

REPOSITORY = Path(__file__).resolve().parents[1]
MAIN_PYTHON = REPOSITORY / ".venv" / "main" / "bin" / "python"
AIRFLOW_PYTHON = REPOSITORY / ".venv" / "airflow" / "bin" / "python"


@dataclass(frozen=True)
class StatePaths:
    """The subfolders of the state folder, created on first use; the local platform writes nothing elsewhere."""

    root: Path

    @classmethod
    def default(cls) -> "StatePaths":
        """Return the folder named by `PLATFORM_STATE`, or `.platform` in this checkout without the variable.

        An empty variable counts as not set. Raises PlatformError if the folder cannot be created.
        """
        root = Path(os.environ.get("PLATFORM_STATE") or REPOSITORY / ".platform").resolve()
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PlatformError(
                f"the state folder {root} cannot be created ({error.strerror}); set PLATFORM_STATE to a folder that "
                "can be written"
            ) from error
        return cls(root)

    @property
    def run(self) -> Path:
        """Records of the running processes."""
        return self._folder("run")

    @property
    def logs(self) -> Path:
        """One log file per service and per job."""
        return self._folder("logs")

    @property
    def jobs(self) -> Path:
        """One JSON document per job that was started through the local API."""
        return self._folder("jobs")

    @property
    def catalog(self) -> Path:
        """The Glue catalog and the SageMaker model registry of the local API."""
        return self._folder("catalog")

    @property
    def objects(self) -> Path:
        """The data of the S3 server."""
        return self._folder("s3")

    @property
    def database(self) -> Path:
        """The data directory of PostgreSQL."""
        return self._folder("postgres")

    @property
    def airflow(self) -> Path:
        """`AIRFLOW_HOME`."""
        return self._folder("airflow")

    @property
    def scratch(self) -> Path:
        """Working folders of jobs; safe to delete while no job runs."""
        return self._folder("scratch")

    def pipeline(self, name: str) -> Path:
        """Summary and report of the last run of a pipeline."""
        return self._folder(f"pipelines/{name}")

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def cache_folder() -> Path:
    """Return the folder for downloads and caches, which are kept when only the state folder is deleted."""
    folder = REPOSITORY / ".venv" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
