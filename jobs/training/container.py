"""Folders of a SageMaker training container, and the report of a failure."""

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jobs.contracts.authorities import trust_private_authorities
from jobs.contracts.tables import ContractError
from jobs.training.checkpoints import Checkpoints
from jobs.training.errors import TrainingError

_BASE = "SAGEMAKER_BASE_DIR"
#: Prefixes of hyper-parameters that SageMaker adds to those of the request.
_RESERVED = ("_", "sagemaker_")


@dataclass(frozen=True)
class Container:
    """The folders of a training container."""

    root: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Container":
        """The container whose folders are below `SAGEMAKER_BASE_DIR`, by default `/opt/ml`."""
        return cls(Path(environ.get(_BASE, "/opt/ml")))

    @property
    def model(self) -> Path:
        """The folder that SageMaker packs into `model.tar.gz`."""
        return self._folder("model")

    @property
    def output(self) -> Path:
        """The folder of other results, which SageMaker packs into `output.tar.gz`."""
        return self._folder("output", "data")

    def checkpoints(self, job: str) -> Checkpoints:
        """The checkpoints of a training job, in a folder of its own because all trials of a tuning job share a prefix.

        With a CheckpointConfig in the request, SageMaker writes `checkpointconfig.json` and copies the folder
        `checkpoints` to S3 while the job runs, and back when it starts again; without one, nothing is kept.
        """
        folder, config = self.root / "checkpoints", self.root / "input" / "config" / "checkpointconfig.json"
        return Checkpoints(folder / (job or "job") if folder.is_dir() or config.exists() else None)

    def hyperparameters(self) -> dict[str, str]:
        """The hyper-parameters of the request, without those that SageMaker adds."""
        path = self.root / "input" / "config" / "hyperparameters.json"
        if not path.exists():
            return {}
        values: dict[str, str] = json.loads(path.read_text())
        return {name: value for name, value in values.items() if not name.startswith(_RESERVED)}

    def channel(self, name: str) -> tuple[Path, ...]:
        """The Parquet files of an input channel; raises TrainingError when there is none."""
        folder = self.root / "input" / "data" / name
        files = tuple(sorted(folder.rglob("*.parquet"))) if folder.is_dir() else ()
        if not files:
            raise TrainingError(
                f"channel {name!r} holds no Parquet file below {folder}; "
                f"check that the data set job wrote rows of split {name!r} and that the request names its manifest"
            )
        return files

    def write_failure(self, reason: str) -> None:
        """Write the reason of a failure to the file that SageMaker reports."""
        (self._folder("output") / "failure").write_text(reason)

    def _folder(self, *parts: str) -> Path:
        folder = self.root.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def run(work: Callable[[Container, Mapping[str, str]], None]) -> int:
    """Run a job and return its exit code; after an error, write a reason of one sentence for SageMaker and return 1."""
    container = Container.from_environment(os.environ)
    try:
        trust_private_authorities(os.environ)
        work(container, os.environ)
    except (TrainingError, ContractError) as error:
        reason = str(error)
    except Exception as error:  # SageMaker must receive a reason for every failure
        traceback.print_exc()
        reason = f"{type(error).__name__}: {(str(error).splitlines() or ['without a message'])[0]}"
    else:
        return 0
    container.write_failure(reason)
    sys.stderr.write(f"{reason}\n")
    return 1
