"""The VPC of modes `isolated` and `egress`: private subnets, flow logs and, in `egress`, a NAT gateway."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config.network_config import NetworkConfig
from infra.config.service_config import RetentionConfig
from infra.log_group import log_group
from infra.names import PlatformNames, RolePurpose
from infra.network.placement import EMR_TAG, zone_number
from infra.security.permissions import PlatformRole, acknowledge_conformance


class OwnVpc(Construct):
    """A VPC with one private subnet per zone; VPC and subnets are the same with and without a NAT gateway."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, network: NetworkConfig) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.CfnVPC(
            self, "Resource", cidr_block=network.cidr, enable_dns_support=True, enable_dns_hostnames=True
        )
        self.subnets = {zone: self._subnet(zone, network.subnet_cidr(zone)) for zone in network.availability_zones}
        cdk.Tags.of(self.vpc).add("Name", names.prefix)
        for resource in (self.vpc, *self.subnets.values()):
            cdk.Tags.of(resource).add(EMR_TAG, "true")
        default_group = (
            "CloudFormation cannot change the default group, and CDK's way is a Lambda with the right to change every "
            "group: nothing stands in it, as a test checks, and docs/network.md has the command that empties it"
        )
        acknowledge_conformance(self.vpc, "VPCDefaultSecurityGroupClosed", default_group)

    def _subnet(self, zone: str, cidr: str) -> ec2.PrivateSubnet:
        subnet = ec2.PrivateSubnet(
            self,
            f"Subnet-{zone_number(zone)}",
            vpc_id=self.vpc.ref,
            availability_zone=zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
        )
        # CDK's construct takes the name of a zone only, which is another zone in each account.
        resource = cast("ec2.CfnSubnet", subnet.node.default_child)
        resource.availability_zone = None
        resource.availability_zone_id = zone
        return subnet

    def add_flow_logs(self, names: PlatformNames, retention: RetentionConfig, key: kms.IKey) -> None:
        """Write flow logs of all traffic to an encrypted log group with a retention period."""
        name = names.flow_log_group
        group = log_group(self, "FlowLogs", name=name, days=retention.log_days, key=key)
        writer = PlatformRole(
            self,
            "FlowLogsRole",
            names=names,
            purpose=RolePurpose.FLOW_LOGS,
            description="The VPC writes its flow logs",
            services=["vpc-flow-logs.amazonaws.com"],
        )
        streams = names.log_group_arn(name, ":*")
        actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        writer.allow(actions, [streams], "streams of the one flow log group, named by network interface")
        # The VPC user guide lists both (IAM role for flow logs, read 2026-11-29), although the stack creates the group.
        # IAM knows a new log group with and without the suffix of its streams.
        writer.allow(["logs:CreateLogGroup"], [names.log_group_arn(name), streams], "the one flow log group")
        writer.allow(["logs:DescribeLogGroups"], ["*"], "log groups are described without a resource")
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_type="VPC",
            resource_id=self.vpc.ref,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.log_group_arn,
            deliver_logs_permission_arn=writer.role.role_arn,
        ).node.add_dependency(writer)

    def add_nat_gateway(self) -> None:
        """Add one regional NAT gateway for all zones, which needs no public subnet, and routes to it.

        Each zone has a fixed public address, which external systems can add to an allow list. Every zone needs one:
        a regional gateway with given addresses serves no other zones (aws-cdk 2.275, RegionalNatGatewayProvider).
        """
        gateway = ec2.CfnInternetGateway(self, "InternetGateway")
        attachment = ec2.CfnVPCGatewayAttachment(
            self, "Attachment", vpc_id=self.vpc.ref, internet_gateway_id=gateway.ref
        )
        addresses = {zone: ec2.CfnEIP(subnet, "Address", domain="vpc") for zone, subnet in self.subnets.items()}
        for address in addresses.values():
            address.add_resource_dependency(attachment)
        nat = ec2.CfnNatGateway(
            self,
            "Nat",
            vpc_id=self.vpc.ref,
            availability_mode="regional",
            availability_zone_addresses=[
                ec2.CfnNatGateway.AvailabilityZoneAddressProperty(
                    availability_zone_id=zone, allocation_ids=[address.attr_allocation_id]
                )
                for zone, address in addresses.items()
            ],
        )
        nat.add_resource_dependency(attachment)
        for subnet in self.subnets.values():
            subnet.add_default_nat_route(nat.ref)
