"""EMR's service role and instance role; instances cannot read data, but run steps under the roles of jobs."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.names import PlatformNames, RolePurpose
from infra.security.permissions import PlatformRole, acknowledge, allow_instance_volumes, allow_key, allow_pass
from infra.spark.security_document import CERTIFICATES
from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone


class ClusterRoles(Construct):
    """The service role and the instance profile of all clusters in the environment."""

    def __init__(
        self, scope: Construct, construct_id: str, *, names: PlatformNames, step_roles: Sequence[str], key_arn: str
    ) -> None:
        super().__init__(scope, construct_id)
        self.instance = self._instance_role(names, step_roles, key_arn)
        self.service = self._service_role(names, key_arn)
        self.profile = iam.CfnInstanceProfile(
            self, "Profile", instance_profile_name=self.instance.name, roles=[self.instance.role.role_name]
        )

    def _service_role(self, names: PlatformNames, key_arn: str) -> PlatformRole:
        role = PlatformRole(
            self,
            "Service",
            names=names,
            purpose=RolePurpose.EMR_SERVICE,
            description="EMR starts, scales and ends clusters",
            services=["elasticmapreduce.amazonaws.com"],
        )
        policy = "service-role/AmazonEMRServicePolicy_v2"
        role.role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(policy))
        reason = "AWS's own scoped policy for EMR: it acts only on resources tagged for it, and AWS maintains it"
        acknowledge(role, f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]", reason)
        allow_instance_volumes(role, names, key_arn)
        allow_pass(role, [self.instance.arn], ["ec2.amazonaws.com"])
        return role

    def _instance_role(self, names: PlatformNames, step_roles: Sequence[str], key_arn: str) -> PlatformRole:
        """A step runs under a role of its own and cannot reach this one (EMR management guide, runtime roles)."""
        role = PlatformRole(
            self,
            "Instance",
            names=names,
            purpose=RolePurpose.EMR_INSTANCE,
            description="Nodes of clusters: logs, disks, and taking on the roles of steps",
            services=["ec2.amazonaws.com"],
        )
        if step_roles:
            reason = "steps of all pipelines run under roles of these kinds and no other roles"
            role.allow(["sts:AssumeRole", "sts:TagSession"], step_roles, reason)
        logs = names.folder_arns([Folder.EMR_LOGS])
        role.allow(["s3:PutObject"], logs, "EMR names logs by cluster, node and step")
        certificates = names.bucket_arns([Zone.ARTIFACTS])[0]
        role.allow(["s3:GetObject"], [f"{certificates}/{CERTIFICATES}"], "one object")
        allow_key(role, key_arn)
        return role
