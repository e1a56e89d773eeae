"""SageMaker feature groups rendered from contracts, with Iceberg offline stores."""

from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from infra.lake.catalog_table import CatalogTable
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineRole, PipelineScope
from infra.security.permissions import PlatformRole, allow_key
from jobs.contracts.features import (
    EVENT_TIME,
    FEATURE_TYPES,
    FeatureGroup,
)
from jobs.contracts.names import job_purpose
from jobs.contracts.tables import Zone


class FeatureStore(Construct):
    """One feature group for each feature group contract of a pipeline."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: PipelineScope,
        key: kms.IKey,
        has_online_store: bool,
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self._pipeline, self._key, self._removal, self._has_online_store = pipeline, key, removal, has_online_store
        self.role = self._role(pipeline.names, key)
        self.tables = [self._group(pipeline.names, group) for group in pipeline.pipeline.feature_groups]

    def _role(self, names: PlatformNames, key: kms.IKey) -> PlatformRole:
        role = PlatformRole(
            self,
            "Role",
            names=names,
            purpose=job_purpose(self._pipeline.name, PipelineRole.OFFLINE),
            description="SageMaker writes offline stores and their Glue tables",
            services=["sagemaker.amazonaws.com"],
        )
        bucket, checked = names.bucket_arns([Zone.FEATURES]), "SageMaker checks the bucket when a group is created"
        role.allow(["s3:GetBucketAcl", "s3:GetBucketLocation"], bucket, checked)
        # Its requests to list the bucket may have no prefix.
        own = {"StringLikeIfExists": self._pipeline.own_prefix["StringLike"]}
        role.allow(["s3:ListBucket"], bucket, checked, own)
        objects = self._pipeline.object_arns([Zone.FEATURES])
        reason = "SageMaker chooses the object names below the offline store's prefix"
        # AmazonSageMakerFeatureStoreAccess has PutObjectAcl: SageMaker writes with an ACL for the bucket's owner.
        role.allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl"], objects, reason)
        arns = [names.arn("glue", "catalog"), *self._pipeline.feature_table_arns()]
        actions = ["glue:CreateTable", "glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"]
        role.allow(actions, arns, "one Glue table per feature group in the database of offline stores")
        allow_key(role, key.key_arn)
        return role

    def _group(self, names: PlatformNames, group: FeatureGroup) -> CatalogTable:
        pipeline = self._pipeline
        # Without a description, because changing it replaces the feature group, which loses its history.
        resource = sagemaker.CfnFeatureGroup(
            self,
            group.name,
            feature_group_name=names.feature_group(pipeline.name, group.name),
            record_identifier_feature_name=group.record_identifier.name,
            event_time_feature_name=EVENT_TIME.name,
            feature_definitions=[
                sagemaker.CfnFeatureGroup.FeatureDefinitionProperty(
                    feature_name=column.name, feature_type=FEATURE_TYPES[column.type]
                )
                for column in group.columns
            ],
            role_arn=self.role.arn,
            offline_store_config=self._offline(names, group),
            online_store_config=self._online(group),
        )
        # SageMaker checks the role's permissions on creation, so the policy must be attached before.
        resource.node.add_dependency(self.role)
        resource.apply_removal_policy(self._removal)
        table = names.feature_table(pipeline.name, group.name)
        return CatalogTable(construct_id=group.name, database=names.feature_database, name=table, creator=resource)

    def _offline(self, names: PlatformNames, group: FeatureGroup) -> dict[str, Any]:
        return {
            "S3StorageConfig": {
                "S3Uri": names.offline_store(self._pipeline.name),
                "KmsKeyId": self._key.key_arn,
            },
            # SageMaker creates the Glue table under this name: Iceberg is not supported with an existing table. Naming
            # database and table of a created table was refused in 2022 (aws/sagemaker-python-sdk issue 2916) and is a
            # tested case since (PR 5927, 2026-06).
            "DataCatalogConfig": {
                "Catalog": "AwsDataCatalog",
                "Database": names.feature_database,
                "TableName": names.feature_table(self._pipeline.name, group.name),
            },
            "DisableGlueTableCreation": False,
            "TableFormat": "Iceberg",
        }

    def _online(self, group: FeatureGroup) -> dict[str, Any] | None:
        if not (group.online and self._has_online_store):
            return None
        # The standard tier: the in-memory tier has no offline copy (aws/amazon-sagemaker-feedback issue 240, 2026-02).
        store: dict[str, Any] = {"EnableOnlineStore": True, "SecurityConfig": {"KmsKeyId": self._key.key_arn}}
        if group.online_days is not None:
            store["TtlDuration"] = {"Unit": "Days", "Value": group.online_days}
        return store
