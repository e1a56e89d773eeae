"""The base class of all stacks of an environment."""

from collections.abc import Sequence
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
from infra.removal_policy import removal_policy
from infra.security.keys import DataClass
from infra.service_logs import ServiceLogs


class PlatformStack(cdk.Stack):
    """A stack with the name, tags, account and region of its environment."""

    def __init__(
        self, scope: Construct, purpose: str, *, config: PlatformConfig, description: str, is_stateful: bool = False
    ) -> None:
        self.config = config
        self.names = PlatformNames.of(config)
        # Environments of one account share the bootstrap's bucket and registry; each has its own part of both.
        self.uploads = cdk.DefaultStackSynthesizer(
            bucket_prefix=self.names.asset_folder, docker_tag_prefix=self.names.image_tag_prefix
        )
        super().__init__(
            scope,
            self.names.resource(purpose),
            description=description,
            env=cdk.Environment(account=config.account, region=config.region),
            synthesizer=self.uploads,
            termination_protection=is_stateful and config.retention.keeps_data,
            tags={"platform": self.names.prefix, "environment": config.environment, "stack": purpose},
        )
        # The stack uses a bound copy with the same manifest; constructs that register files use this object.
        self.uploads.bind(self)
        if config.security.permissions_boundary:
            boundary = f"arn:aws:iam::{config.account}:policy/{config.security.permissions_boundary}"
            iam.PermissionsBoundary.of(self).apply(
                iam.ManagedPolicy.from_managed_policy_arn(self, "Boundary", boundary)
            )

    def publish(self, path: str, value: str) -> None:
        """Publish a value that AWS generated to other stacks, as an SSM parameter.

        Unlike an export, its value can change while other stacks use it.
        """
        ssm.StringParameter(self, f"Published-{path}", parameter_name=self.names.parameter(path), string_value=value)

    def received(self, path: str) -> str:
        """A value that another stack published, which CloudFormation reads when this stack is deployed."""
        return ssm.StringParameter.value_for_string_parameter(self, self.names.parameter(path))

    def key(self, data_class: DataClass) -> kms.IKey:
        """The key of a data class; only the keys stack can change its policy."""
        construct_id = f"Key-{data_class}"
        existing = self.node.try_find_child(construct_id)
        if existing is None:
            return kms.Key.from_key_arn(self, construct_id, self.received(f"keys/{data_class}"))
        return cast("kms.IKey", existing)

    def service_logs(self, group_names: Sequence[str]) -> list[ServiceLogs]:
        """The log groups that services would create, if the settings ask for them; an empty list otherwise."""
        retention = self.config.retention
        if not retention.service_logs:
            return []
        days, key = retention.log_days, self.key(DataClass.LOGS)
        return [ServiceLogs(self, "ServiceLogs", group_names=group_names, days=days, key=key)]

    @property
    def placement(self) -> Placement:
        """The ids of VPC, subnets and security groups; using them makes the stack depend on the network stack."""
        return Placement(read=self.received, availability_zones=self.config.network.availability_zones)

    def vpc(self) -> ec2.IVpc:
        """The VPC for constructs that require one, with the private subnets only."""
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
        """A security group to which CDK adds no rules: infra/network/rules.py defines all of them."""
        group_id = self.placement.group_id(group)
        return ec2.SecurityGroup.from_security_group_id(self, f"Group-{group}", group_id, mutable=False)

    @property
    def removal(self) -> cdk.RemovalPolicy:
        """The removal policy of stateful resources."""
        return removal_policy(self.config.retention)
