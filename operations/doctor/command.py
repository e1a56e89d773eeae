"""The examination of an environment with the credentials, the region and the machine of the caller."""

import os
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
from botocore.config import Config

from infra.config.platform_config import PlatformConfig
from infra.node_runtime import use_packaged_node
from operations.doctor.machine import run
from operations.doctor.obstacle import Obstacle
from operations.doctor.subject import Subject


def obstacles_of(config: PlatformConfig) -> list[Obstacle]:
    """Synthesize the environment and return the obstacles to its deployment."""
    use_packaged_node(os.environ)
    # Importing CDK starts Node, so the choice of Node comes first.
    from checks.assembly import read_assembly  # noqa: PLC0415
    from operations.doctor.examination import examine  # noqa: PLC0415
    from stacks.synth import synthesize  # noqa: PLC0415

    with TemporaryDirectory() as name:
        synthesize([config], Path(name))
        assembly = read_assembly(Path(name) / config.environment, config)
    # Service Quotas answers few requests a second, and doctor asks for every quota.
    patient = Config(retries={"mode": "standard", "total_max_attempts": 8})
    client = partial(boto3.Session(region_name=config.region).client, config=patient)
    return examine(Subject(assembly=assembly, client=cache(client), program=run))
