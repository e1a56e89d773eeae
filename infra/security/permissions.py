"""IAM roles and policies with literal names, exact actions and literal resources."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from infra.config.validation import require
from infra.names import PlatformNames
from infra.security.trust import trusted

#: cdk-nag's names of NIST 800-53 R5, HIPAA and PCI DSS, which share most of their rules.
CONFORMANCE_PACKS = ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Record on the construct why a finding of cdk-nag's AwsSolutions pack is accepted."""
    acknowledgment = cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
    cdk.Validations.of(construct).acknowledge(acknowledgment)


def acknowledge_conformance(construct: IConstruct, rule: str, reason: str) -> None:
    """Record on the construct why a finding is accepted in each conformance pack that has the rule."""
    for pack in CONFORMANCE_PACKS:
        acknowledgment = cdk.Acknowledgment(id=f"{pack}::{pack}-{rule}", reason=reason)
        cdk.Validations.of(construct).acknowledge(acknowledgment)


class Grantee(Protocol):
    """A principal that permissions can be added to: a role, or a policy that roles share."""

    def allow(
        self, actions: Sequence[str], arns: Sequence[str], reason: str, conditions: Mapping[str, Any] | None = None
    ) -> None:
        """Allow the actions on the resources; the reason justifies wildcards in the ARNs."""


class ExactPolicy(iam.ManagedPolicy):
    """A managed policy without wildcards in actions, which acknowledges each wildcard in an ARN with its reasons."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str, roles: Sequence[iam.IRole]) -> None:
        # IAM cannot change the description of a policy, so the policy has none: its role describes it.
        super().__init__(scope, construct_id, managed_policy_name=name, roles=list(roles))
        self._reasons: dict[str, list[str]] = {}

    def allow(
        self,
        actions: Sequence[str],
        arns: Sequence[str],
        reason: str,
        conditions: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one statement and acknowledge exactly the wildcard findings that it causes.

        Raises ConfigError for an action with a wildcard or without a service.
        """
        inexact = [action for action in actions if "*" in action or ":" not in action]
        require(not inexact, "IAM actions", inexact, "service:Action without wildcards")
        self.add_statements(
            iam.PolicyStatement(actions=list(actions), resources=list(arns), conditions=dict(conditions or {}))
        )
        for arn in dict.fromkeys(arns):
            if "*" in arn and not cdk.Token.is_unresolved(arn):
                self._acknowledge(arn, reason)

    def _acknowledge(self, arn: str, reason: str) -> None:
        # cdk-nag reports an ARN once per policy, so the last acknowledgement contains all reasons.
        reasons = self._reasons.setdefault(arn, [])
        if reason not in reasons:
            reasons.append(reason)
        acknowledge(self, f"IAM5[Resource::{arn}]", "; ".join(reasons))


class PlatformRole(Construct):
    """A role with a literal name whose permissions are one exact policy.

    The services may assume it on behalf of resources of this account; the trusted roles may also set session tags. A
    condition names them: IAM replaces the ARN of a principal by its unique id, so a trusted role could not be created
    again under its name (IAM user guide, AWS JSON policy elements: Principal).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        purpose: str,
        description: str,
        services: Sequence[str],
        trusted_roles: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        #: The literal name and ARN, for policies and properties inside the stack of the role.
        self.name, self.arn = names.role(purpose), names.role_arn(purpose)
        self.trusted_roles = tuple(trusted_roles)
        account = iam.ArnPrincipal(f"arn:aws:iam::{names.account}:root")
        roles = [
            iam.SessionTagsPrincipal(account.with_conditions({"ArnEquals": {"aws:PrincipalArn": arn}}))
            for arn in trusted_roles
        ]
        principals = [*(trusted(service, names) for service in services), *roles]
        self.role = iam.Role(
            self,
            "Resource",
            role_name=self.name,
            description=description,
            assumed_by=principals[0] if len(principals) == 1 else iam.CompositePrincipal(*principals),
        )
        self.policy = ExactPolicy(self, "Policy", name=self.name, roles=[self.role])

    def allow(
        self,
        actions: Sequence[str],
        arns: Sequence[str],
        reason: str,
        conditions: Mapping[str, Any] | None = None,
    ) -> None:
        """Allow the role the actions on the resources; the reason justifies wildcards in the ARNs."""
        self.policy.allow(actions, arns, reason, conditions)


def allow_key(role: Grantee, key_arn: str) -> None:
    """Allow the role to encrypt and decrypt with the key."""
    actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
    role.allow(actions, [key_arn], "data of the platform is encrypted with this one key")


def through_service(names: PlatformNames, *services: str) -> dict[str, str | list[str]]:
    """The `StringEquals` condition that limits a key's use to calls that these services make."""
    endpoints = [f"{service}.{names.region}.amazonaws.com" for service in services]
    return {"kms:ViaService": endpoints if len(endpoints) > 1 else endpoints[0]}


def through_s3(names: PlatformNames, bucket_arns: str | list[str]) -> dict[str, str | list[str]]:
    """The `StringEquals` condition that limits a key's use to objects of these buckets, read and written by S3.

    S3 gives KMS the bucket's ARN as encryption context where bucket keys are on, as in every zone (S3 user guide,
    bucket keys, read 2026-11-24).
    """
    return {**through_service(names, "s3"), "kms:EncryptionContext:aws:s3:arn": bucket_arns}


def allow_volumes(role: Grantee, key_arn: str) -> None:
    """Allow the role to grant services the use of the key for the volumes that they create."""
    conditions = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    role.allow(["kms:CreateGrant"], [key_arn], "services grant their volumes the use of the key", conditions)


def allow_pass(role: Grantee, role_arns: Sequence[str], services: Sequence[str]) -> None:
    """Allow the role to pass these roles, or those of a pattern, to these services only."""
    conditions = {"StringEquals": {"iam:PassedToService": list(services)}}
    role.allow(["iam:PassRole"], role_arns, "jobs run under roles of their own", conditions)


def allow_instance_volumes(role: Grantee, names: PlatformNames, key_arn: str) -> None:
    """Allow the role to encrypt the volumes of the EC2 instances that it launches with the key.

    EC2 makes the calls with the permissions of the role; if one is missing, the instance ends with "Client error on
    launch" (EBS user guide, requirements for encryption, permissions for users; EMR management guide, encryption at
    rest, which makes the service role a user of the key; read 2026-11-29).
    """
    allow_key(role, key_arn)
    actions = ["kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    through = {"StringEquals": through_service(names, "ec2")}
    role.allow(actions, [key_arn], "EC2 encrypts the volumes of instances with this one key", through)
    allow_volumes(role, key_arn)
