from dataclasses import replace

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from infra.environments import DEV
from infra.names import PlatformNames
from infra.spark.persistent_cluster import PersistentCluster
from infra.spark.security_document import configuration_name
from infra.spark.spark_cluster import ClusterPlacement, job_flow

PLACEMENT = ClusterPlacement(
    subnet_ids=["subnet-1"],
    primary_security_group="sg-1",
    node_security_group="sg-2",
    service_security_group="sg-3",
    key_arn="arn:aws:kms:us-east-1:111111111111:key/1",
)


@pytest.mark.parametrize("in_transit", [True, False])
def test_a_long_running_cluster_uses_the_same_settings_without_auto_termination(in_transit: bool) -> None:
    stack, names = cdk.Stack(), PlatformNames.of(DEV)
    request = job_flow(replace(DEV.spark, encrypts_in_transit=in_transit), names, PLACEMENT, has_egress=True)
    PersistentCluster(stack, "Cluster", request=request, in_transit=in_transit)
    Template.from_stack(stack).has_resource_properties(
        "AWS::EMR::Cluster",
        {
            "Name": names.spark_cluster,
            "SecurityConfiguration": configuration_name(names, in_transit=in_transit),
            "AutoTerminationPolicy": Match.absent(),
        },
    )
