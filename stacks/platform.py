"""The platform of one environment: its stacks, in deploy order."""

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from jobs.contracts.pipeline import Pipeline
from stacks.compute_stack import ComputeStack
from stacks.data_stack import DataStack
from stacks.network_stack import NetworkStack
from stacks.observability_stack import ObservabilityStack
from stacks.orchestration_stack import OrchestrationStack
from stacks.tracking_stack import TrackingStack


@dataclass(frozen=True)
class Platform:
    """The stacks of one environment, in deploy order."""

    network: NetworkStack
    data: DataStack
    tracking: TrackingStack
    compute: ComputeStack
    orchestration: OrchestrationStack
    observability: ObservabilityStack


def build_platform(scope: Construct, config: PlatformConfig, pipelines: Sequence[Pipeline]) -> Platform:
    """Build every stack of the environment below `scope`."""
    network = NetworkStack(scope, config=config)
    data = DataStack(scope, config=config, pipelines=pipelines)
    tracking = TrackingStack(scope, config=config, network=network, data=data)
    compute = ComputeStack(scope, config=config, pipelines=pipelines, network=network, key=data.key)
    orchestration = OrchestrationStack(scope, config=config, network=network, compute=compute, key=data.key)
    observability = ObservabilityStack(scope, config=config, tracking=tracking, compute=compute, key=data.key)
    return Platform(network, data, tracking, compute, orchestration, observability)
