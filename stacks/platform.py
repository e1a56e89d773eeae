"""The stacks of one environment and their deployment order."""

from collections.abc import Sequence
from dataclasses import dataclass

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from jobs.contracts.pipeline import Pipeline
from stacks.compute_stack import ComputeStack
from stacks.costs_stack import CostsStack
from stacks.data_stack import DataStack
from stacks.delivery_stack import DeliveryStack
from stacks.keys_stack import KeysStack
from stacks.network_stack import NetworkStack
from stacks.observability_stack import ObservabilityStack
from stacks.orchestration_stack import OrchestrationStack
from stacks.pipeline_stack import PipelineStack
from stacks.tracking_stack import TrackingStack


@dataclass(frozen=True)
class Platform:
    """The stacks of one environment, in deployment order."""

    keys: KeysStack
    network: NetworkStack
    data: DataStack
    tracking: TrackingStack
    compute: ComputeStack
    pipelines: tuple[PipelineStack, ...]
    orchestration: OrchestrationStack
    observability: ObservabilityStack
    costs: CostsStack | None
    delivery: DeliveryStack | None


def build_platform(scope: Construct, config: PlatformConfig, pipelines: Sequence[Pipeline]) -> Platform:
    """Build every stack of the environment below `scope`.

    A stack depends only on stacks whose published values, named resources or metrics it needs. The orchestration stack,
    by far the slowest because of MWAA, depends on keys and network only. Only observability waits for it: an alarm for
    which missing data is breaching must not exist before its metric, nor a metric filter before its log group.
    The stack of a pipeline waits for the buckets and for the connection that its Glue jobs name.
    """
    config = config.with_pipelines(pipelines)
    keys = KeysStack(scope, config=config)
    network = NetworkStack(scope, config=config)
    data = DataStack(scope, config=config)
    tracking = TrackingStack(scope, config=config)
    compute = ComputeStack(scope, config=config)
    own = tuple(PipelineStack(scope, config=config, pipeline=each, code=compute.code) for each in pipelines)
    orchestration = OrchestrationStack(scope, config=config, code=compute.code)
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
    for position, each in enumerate(own):
        # Lake Formation may report grants that are created at the same time as existing (`GrantChain`).
        before = own[:position][-1:] if config.lake.lake_formation else ()
        for needed in (data, compute, *before):
            each.add_stack_dependency(needed)
    costs = CostsStack(scope, config=config) if config.alerts.watches_anomalies else None
    delivery = DeliveryStack(scope, config=config, delivery=config.delivery) if config.delivery else None
    return Platform(keys, network, data, tracking, compute, own, orchestration, observability, costs, delivery)
