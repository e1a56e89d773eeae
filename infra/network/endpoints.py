"""The S3 gateway endpoint and one interface endpoint per service."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.config.endpoints import Endpoint
from infra.names import PlatformNames
from infra.network.endpoint_policies import Perimeter, interface_policy, s3_policy
from infra.network.modes import Network


class Endpoints(Construct):
    """Endpoints whose policies allow only principals of this account, on resources of its perimeter."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        network: Network,
        perimeter: Perimeter,
        services: Sequence[Endpoint],
        security_group_id: str,
    ) -> None:
        super().__init__(scope, construct_id)
        prefix = f"com.amazonaws.{names.region}"
        # The gateway endpoint is free and keeps S3 traffic off the NAT gateway, which is billed per GB.
        ec2.CfnVPCEndpoint(
            self,
            "S3",
            vpc_id=network.vpc_id,
            service_name=f"{prefix}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(network.route_table_ids),
            policy_document=s3_policy(names, perimeter),
        )
        for endpoint in services:
            ec2.CfnVPCEndpoint(
                self,
                endpoint.service,
                vpc_id=network.vpc_id,
                service_name=f"{prefix}.{endpoint.service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=list(network.subnet_ids),
                security_group_ids=[security_group_id],
                policy_document=interface_policy(endpoint, perimeter),
            )
