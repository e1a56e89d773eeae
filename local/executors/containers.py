"""The `/opt/ml` folder and the variables of a SageMaker container, provided to a process instead of a container."""

import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.paths import MAIN_PYTHON
from local.executors.context import Context
from local.executors.images import Image


@dataclass(frozen=True)
class ContainerFolder:
    """The folder that takes the place of `/opt/ml`; a process reads its path from `SAGEMAKER_BASE_DIR`."""

    root: Path

    @property
    def model(self) -> Path:
        """The folder to which a training job writes its model and from which a model server reads it."""
        return self._folder("model")

    @property
    def output(self) -> Path:
        """The folder of other output, with the file `failure` if the job failed."""
        return self._folder("output")

    def channel(self, name: str) -> Path:
        """Return the folder of an input channel."""
        return self._folder("input", "data", name)

    def write_configuration(self, request: Mapping[str, Any]) -> None:
        """Write the configuration files of a training container: hyper-parameters, channels and resources."""
        channels = {
            channel["ChannelName"]: {
                "TrainingInputMode": request["AlgorithmSpecification"]["TrainingInputMode"],
                "S3DistributionType": "FullyReplicated",
                "RecordWrapperType": "None",
            }
            for channel in request.get("InputDataConfig", [])
        }
        resources = {
            "current_host": "algo-1",
            "hosts": ["algo-1"],
            "current_instance_type": request["ResourceConfig"].get("InstanceType", ""),
            "network_interface_name": "lo",
        }
        documents = {
            "hyperparameters": request.get("HyperParameters", {}),
            "inputdataconfig": channels,
            "resourceconfig": resources,
        }
        for name, document in documents.items():
            (self._folder("input", "config") / f"{name}.json").write_text(json.dumps(document))

    def unpack_model(self, archive: Path) -> None:
        """Unpack `model.tar.gz` into the model folder."""
        with tarfile.open(archive) as opened:
            opened.extractall(self.model, filter="data")

    def failure(self) -> str:
        """Return the first 1024 characters of the file `failure`, which SageMaker reports as failure reason."""
        path = self.root / "output" / "failure"
        return path.read_text().strip()[:1024] if path.exists() else ""

    def _folder(self, *parts: str) -> Path:
        folder = self.root.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def command_of(arguments: list[str]) -> list[str]:
    """Return the container's command for this machine, with the Python of the main environment as `python`."""
    return [str(MAIN_PYTHON), *arguments[1:]] if arguments[0] in ("python", "python3") else arguments


def environment_of(
    folder: ContainerFolder, image: Image, variables: Mapping[str, str], *, parallel_jobs: int = 1
) -> dict[str, str]:
    """Return the variables of a container: those of the request, the folders, and its share of the CPU cores."""
    return {
        **variables,
        "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // parallel_jobs)),
        "OMP_WAIT_POLICY": "PASSIVE",  # busy-waiting threads of parallel jobs would compete for the same cores
        "PYTHONPATH": os.fspath(image.folder),
        "SAGEMAKER_BASE_DIR": os.fspath(folder.root),
    }


def fetch_channels(context: Context, folder: ContainerFolder, channels: list[dict[str, Any]]) -> None:
    """Download the data of all input channels."""
    for channel in channels:
        source = channel["DataSource"]["S3DataSource"]
        context.objects.fetch_all(source["S3Uri"], folder.channel(channel["ChannelName"]), source["S3DataType"])
