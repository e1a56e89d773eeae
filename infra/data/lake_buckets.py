"""The buckets of the lake, one per zone, and the bucket of their access logs."""

from aws_cdk import Duration, RemovalPolicy, region_info
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config.service_config import RetentionConfig
from infra.names import PlatformNames
from infra.security.permissions import acknowledge
from jobs.contracts.tables import Zone

#: Where the load balancer of MLflow leaves its access logs.
BALANCER_LOGS = "tracking-balancer"
#: Where Athena leaves results; they expire.
QUERY_RESULTS = "athena-results/"


class LakeBuckets(Construct):
    """One encrypted, versioned, private bucket per zone, reachable over TLS only."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        retention: RetentionConfig,
        key: kms.IKey,
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        self.logs = self._log_bucket(names, retention, removal)
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
                server_access_logs_bucket=self.logs,
                server_access_logs_prefix=f"s3/{zone}/",
                lifecycle_rules=_lifecycle(zone, retention),
                removal_policy=removal,
            )
            for zone in Zone
        }

    def _log_bucket(self, names: PlatformNames, retention: RetentionConfig, removal: RemovalPolicy) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Logs",
            bucket_name=names.system_bucket("access-logs"),
            # Access logs of S3 and of load balancers can be delivered to SSE-S3 buckets only.
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="expire",
                    expiration=Duration.days(retention.log_days),
                    noncurrent_version_expiration=Duration.days(1),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=removal,
        )
        _allow_balancer_logs(bucket, names)
        acknowledge(bucket, "S1", "this bucket receives the access logs; logging it into itself would never end")
        return bucket


def _allow_balancer_logs(bucket: s3.Bucket, names: PlatformNames) -> None:
    # Written here and not by the balancer's stack: a bucket has one policy, and it belongs to the bucket's stack.
    account = region_info.RegionInfo.get(names.region).elbv2_account
    writer: iam.IPrincipal = iam.ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")
    if account is not None:
        writer = iam.ArnPrincipal(f"arn:aws:iam::{account}:root")
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="BalancerLogs",
            principals=[writer],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(f"{BALANCER_LOGS}/AWSLogs/{names.account}/*")],
        )
    )


def _lifecycle(zone: Zone, retention: RetentionConfig) -> list[s3.LifecycleRule]:
    housekeeping = s3.LifecycleRule(
        id="housekeeping",
        noncurrent_version_expiration=Duration.days(retention.noncurrent_days),
        abort_incomplete_multipart_upload_after=Duration.days(3),
        expired_object_delete_marker=True,
    )
    if zone is not Zone.ARTIFACTS:
        return [housekeeping]
    results = s3.LifecycleRule(
        id="query-results", prefix=QUERY_RESULTS, expiration=Duration.days(retention.query_result_days)
    )
    return [housekeeping, results]
