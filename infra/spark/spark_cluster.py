"""Renders the SparkCluster settings as a RunJobFlow request and as properties of the same CloudFormation cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.config.compute_config import SparkCluster
from infra.l1_values import l1_value, snake_case
from infra.names import PlatformNames, RolePurpose
from infra.network.placement import EMR_TAG, Group, Placement
from infra.spark.security_document import configuration_name
from jobs.contracts.access import Folder
from jobs.contracts.engines import PYTHON
from jobs.contracts.tables import Zone

#: Marks the clusters that end with their run; a persistent cluster lacks it.
TRANSIENT_TAG = "transient"

#: Pipelines share a persistent cluster, so a long step of one must not hold back the others. Drivers run on the primary
#: node, whose types have at least 16 GB in the shipped environments. The time that a step waits for its turn counts
#: against the limit of its task, which has no limit for the work alone.
_SHARED_STEPS = 4


@dataclass(frozen=True, kw_only=True)
class ClusterPlacement:
    """The subnets, security groups and key of cluster nodes; values may be tokens."""

    subnet_ids: Sequence[str]
    primary_security_group: str
    node_security_group: str
    service_security_group: str
    key_arn: str

    @classmethod
    def of(cls, placement: Placement, key_arn: str) -> "ClusterPlacement":
        """The placement of clusters in the environment's network."""
        return cls(
            subnet_ids=placement.subnet_ids,
            primary_security_group=placement.group_id(Group.EMR_PRIMARY),
            node_security_group=placement.group_id(Group.EMR_NODES),
            service_security_group=placement.group_id(Group.EMR_SERVICE),
            key_arn=key_arn,
        )


def job_flow(
    cluster: SparkCluster, names: PlatformNames, placement: ClusterPlacement, *, has_egress: bool
) -> dict[str, Any]:
    """The RunJobFlow request of a transient cluster without steps.

    With egress it scales, and terminates when it is idle. Without egress it has a fixed size and is
    ended by `IdleClusters`, because the process that reports to managed scaling and auto-termination must connect to a
    public endpoint of API Gateway (EMR management guide, "Using managed scaling" and "Using an auto-termination
    policy", considerations, read 2026-11-29).
    """
    return {
        "Name": names.spark_cluster,
        "ReleaseLabel": cluster.release,
        "Applications": [{"Name": "Spark"}],
        "LogUri": names.uri(Zone.ARTIFACTS, Folder.EMR_LOGS, ""),
        "LogEncryptionKmsKeyId": placement.key_arn,
        "ServiceRole": names.role_arn(RolePurpose.EMR_SERVICE),
        "JobFlowRole": names.role(RolePurpose.EMR_INSTANCE),
        "SecurityConfiguration": configuration_name(names, in_transit=cluster.encrypts_in_transit),
        "VisibleToAllUsers": True,
        "ScaleDownBehavior": "TERMINATE_AT_TASK_COMPLETION",
        "StepConcurrencyLevel": 1 if cluster.mode == "transient" else _SHARED_STEPS,
        "EbsRootVolumeSize": 30,
        "Configurations": _configurations(),
        "Instances": {
            "InstanceFleets": _fleets(cluster, cluster.first_units if has_egress else cluster.fixed_units),
            "KeepJobFlowAliveWhenNoSteps": True,
            "TerminationProtected": False,
            "Ec2SubnetIds": list(placement.subnet_ids),
            "EmrManagedMasterSecurityGroup": placement.primary_security_group,
            "EmrManagedSlaveSecurityGroup": placement.node_security_group,
            "ServiceAccessSecurityGroup": placement.service_security_group,
        },
        "Tags": [{"Key": key, "Value": value} for key, value in _tags(names).items()],
        **(_policies(cluster) if has_egress else {}),
    }


def persistent_cluster(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request as arguments of `CfnCluster`: CloudFormation's names of fleets, and nothing that would end it."""
    instances = dict(request["Instances"])
    fleets = {fleet["InstanceFleetType"]: _without_type(fleet) for fleet in instances.pop("InstanceFleets")}
    instances |= {
        "MasterInstanceFleet": fleets["MASTER"],
        "CoreInstanceFleet": fleets["CORE"],
        **({"TaskInstanceFleets": [fleets["TASK"]]} if "TASK" in fleets else {}),
    }
    tags = [tag for tag in request["Tags"] if tag["Key"] != TRANSIENT_TAG]
    properties = {**request, "Instances": instances, "Tags": tags}
    properties.pop("AutoTerminationPolicy", None)
    return {snake_case(name): l1_value(value) for name, value in properties.items()}


def _tags(names: PlatformNames) -> dict[str, str]:
    return {EMR_TAG: "true", "platform": names.prefix, TRANSIENT_TAG: "true"}


def _policies(cluster: SparkCluster) -> dict[str, Any]:
    return {
        "ManagedScalingPolicy": {"ComputeLimits": _scaling_limits(cluster)},
        "AutoTerminationPolicy": {"IdleTimeout": cluster.idle_minutes * 60},
    }


def _scaling_limits(cluster: SparkCluster) -> dict[str, Any]:
    """Scale task nodes only, on Spot beyond the limit of On-Demand units.

    A limit equal to the core units is the one with which EMR scales core nodes On-Demand and task nodes on Spot; with a
    higher limit it takes On-Demand task nodes first (EMR management guide, node allocation scenarios, read 2026-11-29).
    """
    return {
        "UnitType": "InstanceFleetUnits",
        "MinimumCapacityUnits": cluster.core_units,
        "MaximumCapacityUnits": cluster.maximum_units,
        "MaximumOnDemandCapacityUnits": cluster.on_demand_units or cluster.core_units,
        "MaximumCoreCapacityUnits": cluster.core_units,
    }


def _configurations() -> list[dict[str, Any]]:
    python = dict.fromkeys(("PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON"), PYTHON)
    return [
        {"Classification": "iceberg-defaults", "Properties": {"iceberg.enabled": "true"}},
        {"Classification": "spark-env", "Configurations": [{"Classification": "export", "Properties": python}]},
    ]


def _fleets(cluster: SparkCluster, units: int) -> list[dict[str, Any]]:
    """The fleets of a cluster that starts with so many core and task units; EMR refuses a fleet of none."""
    on_demand = {"OnDemandSpecification": {"AllocationStrategy": "lowest-price"}}
    spot = {
        "SpotSpecification": {
            "AllocationStrategy": "price-capacity-optimized",
            "TimeoutAction": "SWITCH_TO_ON_DEMAND",
            "TimeoutDurationMinutes": cluster.spot_wait_minutes,
        }
    }
    fleets = (
        ("MASTER", cluster.primary_types, "TargetOnDemandCapacity", 1, on_demand),
        ("CORE", cluster.core_types, "TargetOnDemandCapacity", cluster.core_units, on_demand),
        ("TASK", cluster.task_types, "TargetSpotCapacity", units - cluster.core_units, spot),
    )
    return [
        {
            "Name": fleet.lower(),
            "InstanceFleetType": fleet,
            capacity: count,
            "InstanceTypeConfigs": [_instance_type(name, cluster.volume_gb) for name in types],
            "LaunchSpecifications": launch,
        }
        for fleet, types, capacity, count, launch in fleets
        if count
    ]


def _instance_type(name: str, volume_gb: int) -> dict[str, Any]:
    volume = {"VolumeSpecification": {"VolumeType": "gp3", "SizeInGB": volume_gb}, "VolumesPerInstance": 1}
    return {
        "InstanceType": name,
        "WeightedCapacity": 1,
        "EbsConfiguration": {"EbsBlockDeviceConfigs": [volume], "EbsOptimized": True},
    }


def _without_type(fleet: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fleet.items() if name != "InstanceFleetType"}
