"""The buckets of the lake, one per zone, and the bucket of their access logs."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config.governance_config import LakeConfig
from infra.config.service_config import RetentionConfig
from infra.lake.access_logs import access_log_bucket
from infra.lake.zone_policy import protect
from infra.names import PlatformNames
from infra.security.permissions import acknowledge_conformance
from infra.training.shared_registry import share_artifacts
from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone

_NO_REPLICA = (
    "every zone but landing is computed again from landing, which is versioned and can be locked; a copy in another "
    "region would double the price and take data out of the region it may have to stay in, see docs/data.md"
)


class LakeBuckets(Construct):
    """One encrypted, versioned, private bucket per zone, which requires this account, TLS and the lake's key.

    `consumers` are accounts that can also read models and evaluations in the artifacts bucket.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        retention: RetentionConfig,
        lake: LakeConfig,
        key: kms.IKey,
        removal: RemovalPolicy,
        consumers: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        self.logs = access_log_bucket(self, "Logs", names=names, retention=retention, removal=removal)
        self.zones = {
            zone: s3.Bucket(
                self,
                zone.capitalize(),
                bucket_name=names.bucket(zone),
                encryption=s3.BucketEncryption.KMS,
                encryption_key=key,
                bucket_key_enabled=True,
                block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
                object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
                enforce_ssl=True,
                minimum_tls_version=1.2,
                versioned=True,
                object_lock_default_retention=_lock(zone, lake),
                server_access_logs_bucket=self.logs,
                server_access_logs_prefix=f"s3/{zone}/",
                lifecycle_rules=_lifecycle(zone, retention, lake),
                removal_policy=removal,
            )
            for zone in Zone
        }
        self._close(names.account, key.key_arn, consumers)

    def _close(self, account: str, key_arn: str, consumers: Sequence[str]) -> None:
        for zone, bucket in self.zones.items():
            readers = consumers if zone is Zone.ARTIFACTS else ()
            protect(bucket, account=account, key_arn=key_arn, readers=readers)
            acknowledge_conformance(bucket, "S3BucketReplicationEnabled", _NO_REPLICA)
        if consumers:
            share_artifacts(self.zones[Zone.ARTIFACTS], consumers)


def _lock(zone: Zone, lake: LakeConfig) -> s3.ObjectLockRetention | None:
    if zone is not Zone.LANDING or lake.object_lock_days is None:
        return None
    period = Duration.days(lake.object_lock_days)
    # Compliance mode cannot be shortened or removed, not even by the root user; no role of the platform can bypass
    # governance mode.
    is_final = lake.object_lock_mode == "compliance"
    return s3.ObjectLockRetention.compliance(period) if is_final else s3.ObjectLockRetention.governance(period)


def _lifecycle(zone: Zone, retention: RetentionConfig, lake: LakeConfig) -> list[s3.LifecycleRule]:
    housekeeping = s3.LifecycleRule(
        id="housekeeping",
        # Moves objects back when they are read, without a retrieval fee; objects below 128 kB are not moved.
        transitions=[
            s3.Transition(
                storage_class=s3.StorageClass.INTELLIGENT_TIERING, transition_after=Duration.days(lake.infrequent_days)
            )
        ],
        noncurrent_version_expiration=Duration.days(retention.noncurrent_days),
        abort_incomplete_multipart_upload_after=Duration.days(3),
        expired_object_delete_marker=True,
    )
    if zone is not Zone.ARTIFACTS:
        return [housekeeping]
    results = s3.LifecycleRule(
        id="query-results", prefix=f"{Folder.QUERY_RESULTS}/", expiration=Duration.days(retention.query_result_days)
    )
    return [housekeeping, results]
