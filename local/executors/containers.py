"""The `/opt/ml` contract of SageMaker containers, for a process instead of a container."""

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
    """The folder that a container sees as `/opt/ml`; a process finds it through `SAGEMAKER_BASE_DIR`."""

    root: Path

    @property
    def model(self) -> Path:
        """Where a training job leaves its model and a server finds it."""
        return self._folder("model")

    @property
    def output(self) -> Path:
        """Where a job leaves its other output and, when it fails, the file `failure`."""
        return self._folder("output")

    def channel(self, name: str) -> Path:
        """Where the data of an input channel lies."""
        return self._folder("input", "data", name)

    def write_configuration(self, request: Mapping[str, Any]) -> None:
        """Write what SageMaker tells a training container about itself."""
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
        """What the container wrote about its failure, which SageMaker reports as the reason."""
        path = self.root / "output" / "failure"
        return path.read_text().strip()[:1024] if path.exists() else ""

    def _folder(self, *parts: str) -> Path:
        folder = self.root.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def command_of(words: list[str]) -> list[str]:
    """A container's command on this machine: its `python` is the locked environment's."""
    return [str(MAIN_PYTHON), *words[1:]] if words[0] in ("python", "python3") else words


def environment_of(
    folder: ContainerFolder, image: Image, variables: Mapping[str, str], *, side_by_side: int = 1
) -> dict[str, str]:
    """The variables of a container: the request's, where its `/opt/ml` and its code are, and its share of the cores."""
    return {
        **variables,
        "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // side_by_side)),
        "OMP_WAIT_POLICY": "PASSIVE",  # spinning threads of parallel jobs starve each other on a few cores
        "PYTHONPATH": os.fspath(image.folder),
        "SAGEMAKER_BASE_DIR": os.fspath(folder.root),
    }


def fetch_channels(context: Context, folder: ContainerFolder, channels: list[dict[str, Any]]) -> None:
    """Bring the data of all input channels."""
    for channel in channels:
        source = channel["DataSource"]["S3DataSource"]
        context.objects.fetch_all(source["S3Uri"], folder.channel(channel["ChannelName"]), source["S3DataType"])
