"""The stacks of one environment and their deployment order."""

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from constructs import Construct

from infra.config.platform_config import PlatformConfig
from jobs.contracts.pipeline import Pipeline
from stacks.compute_stack import ComputeStack
from stacks.costs_stack import CostsStack
from stacks.data_stack import DataStack
from stacks.delivery_stack import DeliveryStack
from stacks.keys_stack import KeysStack
from stacks.lake_permissions_stack import LakePermissionsStack
from stacks.network_stack import NetworkStack
from stacks.observability_stack import ObservabilityStack
from stacks.orchestration_stack import OrchestrationStack
from stacks.tracking_stack import TrackingStack


@dataclass(frozen=True)
class Platform:
    """The stacks of one environment, in deployment order."""

    keys: KeysStack
    network: NetworkStack
    data: DataStack
    tracking: TrackingStack
    compute: ComputeStack
    orchestration: OrchestrationStack
    observability: ObservabilityStack
    costs: CostsStack | None
    delivery: DeliveryStack | None
    permissions: LakePermissionsStack | None


def build_platform(scope: Construct, config: PlatformConfig, pipelines: Sequence[Pipeline]) -> Platform:
    """Build every stack of the environment below `scope`.

    A stack depends only on stacks whose published values, named resources or metrics it needs. The orchestration stack,
    by far the slowest because of MWAA, depends on keys and network only. Only observability waits for it: an alarm for
    which missing data is breaching must not exist before its metric, nor a metric filter before its log group.
    """
    keys = KeysStack(scope, config=config)
    network = NetworkStack(scope, config=config)
    data = DataStack(scope, config=config, pipelines=pipelines)
    tracking = TrackingStack(scope, config=config)
    compute = ComputeStack(scope, config=config, pipelines=pipelines)
    orchestration = OrchestrationStack(scope, config=config, code=compute.code, pipelines=pipelines)
    observability = ObservabilityStack(scope, config=config)
    for stack, depends_on in (
        (network, (keys,)),
        (data, (keys,)),
        (tracking, (network, data)),
        (compute, (network, data)),
        (orchestration, (network,)),
        (observability, (tracking, orchestration)),
    ):
        for earlier in depends_on:
            stack.add_stack_dependency(earlier)
    costs = CostsStack(scope, config=config) if config.alerts.watches_anomalies else None
    delivery = DeliveryStack(scope, config=config, delivery=config.delivery) if config.delivery else None
    permissions = _permissions(scope, config, pipelines, (data, compute)) if config.lake.lake_formation else None
    return Platform(keys, network, data, tracking, compute, orchestration, observability, costs, delivery, permissions)


def _permissions(
    scope: Construct, config: PlatformConfig, pipelines: Sequence[Pipeline], depends_on: Sequence[cdk.Stack]
) -> LakePermissionsStack:
    stack = LakePermissionsStack(scope, config=config, pipelines=pipelines)
    for earlier in depends_on:
        stack.add_stack_dependency(earlier)
    return stack
