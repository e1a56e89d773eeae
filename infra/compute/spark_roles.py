"""The roles of Spark: EMR's own, and the one its jobs run under."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.names import PlatformNames
from infra.security.permissions import ExactPolicy, PlatformRole, acknowledge, allow_key, allow_pass, allow_volumes
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone

_OBJECT_REASON = "jobs choose object names; the bucket is the boundary of a zone"


class SparkRoles(Construct):
    """EMR's service role, and the job role of clusters and EMR Serverless with its instance profile."""

    def __init__(
        self, scope: Construct, construct_id: str, *, names: PlatformNames, pipelines: Sequence[Pipeline], key_arn: str
    ) -> None:
        super().__init__(scope, construct_id)
        self.service = self._service_role(names, key_arn)
        self.job = PlatformRole(
            self,
            "Job",
            names=names,
            purpose="spark",
            description="Spark jobs on EMR and EMR Serverless",
            services=["ec2.amazonaws.com", "emr-serverless.amazonaws.com"],
        )
        self.profile = iam.CfnInstanceProfile(
            self, "Profile", instance_profile_name=names.role("spark"), roles=[self.job.role.role_name]
        )
        allow_key(self.job, key_arn)
        self._allow_lake(names)
        for pipeline in pipelines:
            self._allow_catalog(names, pipeline)

    def _service_role(self, names: PlatformNames, key_arn: str) -> PlatformRole:
        role = PlatformRole(
            self,
            "Service",
            names=names,
            purpose="emr-service",
            description="EMR starts, scales and ends clusters",
            services=["elasticmapreduce.amazonaws.com"],
        )
        policy = "service-role/AmazonEMRServicePolicy_v2"
        role.role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(policy))
        reason = "AWS's own scoped policy for EMR: it acts only on resources tagged for it, and AWS maintains it"
        acknowledge(role, f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]", reason)
        allow_key(role, key_arn)
        allow_volumes(role, key_arn)
        allow_pass(role, [names.role_arn("spark")], ["ec2.amazonaws.com"])
        return role

    def _allow_lake(self, names: PlatformNames) -> None:
        zones = list(Zone)
        written = [zone for zone in zones if zone is not Zone.LANDING]
        buckets = [*names.bucket_arns(zones), f"arn:aws:s3:::{names.assets_bucket}"]
        self.job.allow(["s3:GetBucketLocation", "s3:ListBucket"], buckets, "jobs list what they read")
        self.job.allow(["s3:GetObject"], names.object_arns(zones), _OBJECT_REASON)
        writes = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
        self.job.allow(writes, names.object_arns(written), _OBJECT_REASON)
        code = f"arn:aws:s3:::{names.assets_bucket}/*"
        self.job.allow(["s3:GetObject"], [code], "job code is named by the hash of its content")

    def _allow_catalog(self, names: PlatformNames, pipeline: Pipeline) -> None:
        # A policy of its own per pipeline: one for all would outgrow IAM's 6,144 characters.
        policy = ExactPolicy(
            self,
            f"Catalog-{pipeline.name}",
            name=names.role(f"spark-{pipeline.name}"),
            description=f"Tables and feature groups of {pipeline.name}",
            role=self.job.role,
        )
        actions = ["glue:CreateTable", "glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:UpdateTable"]
        reason = "all tables of a database that belongs to this pipeline"
        policy.allow(actions, names.catalog_arns([pipeline]), reason)
        groups = [names.feature_group_arn(pipeline, group.name) for group in pipeline.feature_groups]
        if groups:
            policy.allow(["sagemaker:DescribeFeatureGroup"], groups, "exact groups")
