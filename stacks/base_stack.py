"""What all stacks of an environment have in common."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from infra.network.placement import Group, Placement
from infra.security.keys import DataClass


class PlatformStack(cdk.Stack):
    """A stack of one environment: named, tagged, in the environment's account and region."""

    def __init__(
        self, scope: Construct, purpose: str, *, config: PlatformConfig, description: str, is_stateful: bool = False
    ) -> None:
        self.config = config
        self.names = PlatformNames.of(config)
        super().__init__(
            scope,
            self.names.resource(purpose),
            description=description,
            env=cdk.Environment(account=config.account, region=config.region),
            termination_protection=is_stateful and config.retention.keeps_data,
            tags={"platform": self.names.prefix, "environment": config.environment, "stack": purpose},
        )
        if config.security.permissions_boundary:
            boundary = f"arn:aws:iam::{config.account}:policy/{config.security.permissions_boundary}"
            iam.PermissionsBoundary.of(self).apply(
                iam.ManagedPolicy.from_managed_policy_arn(self, "Boundary", boundary)
            )

    def publish(self, path: str, value: str) -> None:
        """Tell other stacks a value that AWS chose; unlike an export it may change while they use it."""
        ssm.StringParameter(self, f"Published-{path}", parameter_name=self.names.parameter(path), string_value=value)

    def received(self, path: str) -> str:
        """A value that an earlier stack published, read by CloudFormation when this stack is deployed."""
        return ssm.StringParameter.value_for_string_parameter(self, self.names.parameter(path))

    def key(self, data_class: DataClass) -> kms.IKey:
        """The key of a class of data; only the stack of keys writes its policy."""
        construct_id = f"Key-{data_class}"
        found = self.node.try_find_child(construct_id)
        if found is None:
            return kms.Key.from_key_arn(self, construct_id, self.received(f"keys/{data_class}"))
        return cast("kms.IKey", found)

    @property
    def placement(self) -> Placement:
        """Where workloads stand; reading from it makes the stack a reader of the network stack."""
        return Placement(read=self.received, availability_zones=self.config.network.availability_zones)

    def vpc(self) -> ec2.IVpc:
        """The VPC for constructs that ask for one; its subnets are the private ones."""
        vpc = ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id=self.placement.vpc_id,
            availability_zones=list(self.placement.availability_zones),
            isolated_subnet_ids=self.placement.subnet_ids,
        )
        rule = "Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId"
        cdk.Validations.of(vpc).acknowledge(cdk.Acknowledgment(id=rule, reason="only the network stack writes routes"))
        return vpc

    def security_group(self, group: Group) -> ec2.ISecurityGroup:
        """A group without the right to add rules: all rules are written in infra/network/rules.py."""
        group_id = self.placement.group_id(group)
        return ec2.SecurityGroup.from_security_group_id(self, f"Group-{group}", group_id, mutable=False)

    @property
    def removal(self) -> cdk.RemovalPolicy:
        """What happens to stateful resources that leave the stack."""
        return cdk.RemovalPolicy.RETAIN if self.config.retention.keeps_data else cdk.RemovalPolicy.DESTROY
