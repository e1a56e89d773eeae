"""The bucket for access logs of S3 and of load balancers."""

from aws_cdk import Duration, RemovalPolicy, region_info
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.config.service_config import RetentionConfig
from infra.names import PlatformNames
from infra.security.permissions import acknowledge_conformance

#: The prefix of the access logs of MLflow's load balancer.
BALANCER_LOGS = "tracking-balancer"


def access_log_bucket(
    scope: Construct, construct_id: str, *, names: PlatformNames, retention: RetentionConfig, removal: RemovalPolicy
) -> s3.Bucket:
    """A private bucket for access logs, which expire after `log_days` as all other logs do."""
    bucket = s3.Bucket(
        scope,
        construct_id,
        bucket_name=names.system_bucket("access-logs"),
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
    acknowledge_conformance(bucket, "S3BucketReplicationEnabled", "access logs expire and need no second region")
    reason = "access logs of S3 and of load balancers are delivered to buckets with the service's key only"
    acknowledge_conformance(bucket, "S3DefaultEncryptionKMS", reason)
    return bucket


def _allow_balancer_logs(bucket: s3.Bucket, names: PlatformNames) -> None:
    # Written here and not in the balancer's stack, because a bucket has one policy, which its own stack defines.
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
