"""Where the local platform keeps things: everything it writes lies below one folder."""

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
MAIN_PYTHON = REPOSITORY / ".venv" / "main" / "bin" / "python"
AIRFLOW_PYTHON = REPOSITORY / ".venv" / "airflow" / "bin" / "python"


@dataclass(frozen=True)
class StatePaths:
    """The folders below the state root, `.platform` unless told otherwise."""

    root: Path

    @classmethod
    def default(cls) -> "StatePaths":
        """The state of this checkout, or of `PLATFORM_STATE` where that is set."""
        return cls(Path(os.environ.get("PLATFORM_STATE", REPOSITORY / ".platform")).resolve())

    @property
    def run(self) -> Path:
        """Which processes run, and at which ports."""
        return self._folder("run")

    @property
    def logs(self) -> Path:
        """One log per service and per job."""
        return self._folder("logs")

    @property
    def jobs(self) -> Path:
        """One JSON document per job the control plane was asked for."""
        return self._folder("jobs")

    @property
    def catalog(self) -> Path:
        """The Glue catalog and the model registry of the control plane."""
        return self._folder("catalog")

    @property
    def objects(self) -> Path:
        """The volumes of the S3 server."""
        return self._folder("s3")

    @property
    def database(self) -> Path:
        """The PostgreSQL cluster."""
        return self._folder("postgres")

    @property
    def airflow(self) -> Path:
        """Airflow's home."""
        return self._folder("airflow")

    @property
    def scratch(self) -> Path:
        """Working folders of jobs; safe to delete while nothing runs."""
        return self._folder("scratch")

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def cache_folder() -> Path:
    """Downloads that outlive the state: kept beside the environments, which `make clean` leaves too."""
    folder = REPOSITORY / ".venv" / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
