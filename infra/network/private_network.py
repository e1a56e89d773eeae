"""The VPC: isolated subnets with the endpoints the platform needs, or private ones behind NAT by choice."""

from aws_cdk import Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config.network_config import NetworkConfig
from infra.config.service_config import RetentionConfig
from infra.log_group import log_group
from infra.names import PlatformNames
from infra.network.placement import EMR_TAG
from infra.security.permissions import PlatformRole


class PrivateNetwork(Construct):
    """A VPC whose workload subnets have no route to the internet unless NAT gateways are chosen."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        network: NetworkConfig,
        retention: RetentionConfig,
        log_key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        has_egress = network.mode == "egress"
        kind = ec2.SubnetType.PRIVATE_WITH_EGRESS if has_egress else ec2.SubnetType.PRIVATE_ISOLATED
        self.vpc = ec2.Vpc(
            self,
            "Resource",
            ip_addresses=ec2.IpAddresses.cidr(network.cidr),
            availability_zones=list(network.availability_zones),
            nat_gateways=network.nat_gateways,
            subnet_configuration=_subnets(kind, has_egress),
            # CDK's own way to close the default group is a Lambda; nothing here joins that group.
            restrict_default_security_group=False,
            gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
        )
        self.subnets = self.vpc.select_subnets(subnet_type=kind).subnets
        for resource in (self.vpc, *self.subnets):
            Tags.of(resource).add(EMR_TAG, "true")
        self._flow_logs(names, retention, log_key)

    def add_endpoints(self, services: tuple[str, ...], security_group: ec2.ISecurityGroup) -> None:
        """Give the VPC a private way to each of these AWS services."""
        for service in services:
            ec2.InterfaceVpcEndpoint(
                self,
                f"Endpoint-{service}",
                vpc=self.vpc,
                service=ec2.InterfaceVpcEndpointAwsService(service),
                subnets=ec2.SubnetSelection(subnets=self.subnets),
                security_groups=[security_group],
                private_dns_enabled=True,
                open=False,
            )

    def _flow_logs(self, names: PlatformNames, retention: RetentionConfig, key: kms.IKey) -> None:
        name = f"/{names.prefix}/flow-logs"
        group = log_group(self, "FlowLogs", name=name, days=retention.log_days, key=key)
        writer = PlatformRole(
            self,
            "FlowLogsRole",
            names=names,
            purpose="flow-logs",
            description="The VPC writes its flow logs",
            services=["vpc-flow-logs.amazonaws.com"],
        )
        streams = names.arn("logs", f"log-group:{name}:*")
        actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        writer.allow(actions, [streams], "streams of the one flow log group, named by network interface")
        self.vpc.add_flow_log(
            "FlowLog",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(group, writer.role.without_policy_updates()),
        )


def _subnets(kind: ec2.SubnetType, has_egress: bool) -> list[ec2.SubnetConfiguration]:
    workload = ec2.SubnetConfiguration(name="workload", subnet_type=kind, cidr_mask=24)
    if not has_egress:
        return [workload]
    nat = ec2.SubnetConfiguration(
        name="nat", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=28, map_public_ip_on_launch=False
    )
    return [workload, nat]
