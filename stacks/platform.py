"""The platform of one environment: its stacks, in deploy order."""

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from constructs import Construct

from infra.config import PlatformConfig
from jobs.contracts.pipeline import Pipeline
from stacks.compute_stack import ComputeStack
from stacks.data_stack import DataStack
from stacks.network_stack import NetworkStack
from stacks.orchestration_stack import OrchestrationStack


@dataclass(frozen=True)
class Platform:
    """The stacks of one environment."""

    network: NetworkStack
    data: DataStack
    compute: ComputeStack
    orchestration: OrchestrationStack

    @property
    def stacks(self) -> tuple[cdk.Stack, ...]:
        """The stacks in deploy order."""
        return (self.network, self.data, self.compute, self.orchestration)


def build_platform(scope: Construct, config: PlatformConfig, pipelines: Sequence[Pipeline]) -> Platform:
    """Build every stack of the environment below `scope`."""
    network = NetworkStack(scope, config=config)
    data = DataStack(scope, config=config, pipelines=pipelines)
    compute = ComputeStack(scope, config=config, pipelines=pipelines, network=network, key=data.key)
    orchestration = OrchestrationStack(scope, config=config, network=network, compute=compute, key=data.key)
    return Platform(network, data, compute, orchestration)
