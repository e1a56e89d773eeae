"""Policies of the VPC endpoints.

An endpoint policy grants nothing; it limits requests through the endpoint, whatever credentials they use. The form is
that of AWS's data perimeter examples (aws-samples/data-perimeter-policy-examples, 2026-03-18).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from infra.config.endpoints import Endpoint
from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from jobs.contracts.tables import Zone

Statement = dict[str, Any]
Policy = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Perimeter:
    """Allows principals of `account`, on resources of `account` and of the account whose model `registry` is read.

    The endpoints of `opened` services allow every principal and resource.
    """

    account: str
    region: str
    registry: PlatformNames | None = None
    opened: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: PlatformConfig) -> "Perimeter":
        """The perimeter of an environment."""
        registry, opened = PlatformNames.of_registry(config), config.network.open_endpoints
        return cls(account=config.account, region=config.region, registry=registry, opened=opened)

    @property
    def owners(self) -> list[str]:
        """The accounts whose resources are allowed."""
        return [self.account, *([self.registry.account] if self.registry else [])]


def interface_policy(endpoint: Endpoint, perimeter: Perimeter) -> Policy:
    """The policy of an interface endpoint."""
    actions = [f"{endpoint.prefix}:*"]
    if endpoint.service in perimeter.opened:
        return _policy([_allow("EveryPrincipal", actions, ["*"])])
    statements = [_allow("OurPrincipalsOurResources", actions, ["*"], perimeter.account, perimeter.owners)]
    if endpoint.aws_owned:
        resources = [arn.format(region=perimeter.region) for arn in endpoint.aws_owned]
        statements.append(_allow("OurPrincipalsServiceResources", actions, resources, perimeter.account))
    return _policy(statements)


def s3_policy(names: PlatformNames, perimeter: Perimeter) -> Policy:
    """The policy of the S3 gateway endpoint: lake buckets, CDK assets, and buckets that AWS services read and write."""
    buckets = [*names.bucket_arns(Zone), f"arn:aws:s3:::{names.assets_bucket}"]
    resources = [*buckets, *(f"{arn}/*" for arn in buckets)]
    account = perimeter.account
    statements = [_allow("OurPrincipalsOurBuckets", ["s3:*"], resources, account, [account])]
    if perimeter.registry is not None:
        shared, owner = perimeter.registry.object_arns([Zone.ARTIFACTS]), perimeter.registry.account
        statements.append(_allow("ModelsOfTheRegistry", ["s3:GetObject"], shared, account, [owner]))
    return _policy([*statements, *_aws_buckets(names.region)])


def _aws_buckets(region: str) -> list[Statement]:
    """Access to buckets of AWS, limited by bucket because the principals are chosen by AWS.

    ECR signs the URLs of image layers, package managers do not sign requests, and EMR writes system logs under its own
    identity. Not included are `prod.<region>.appinfo.src`, into which the persistent Spark UI copies event logs, and
    `cloudformation-custom-resource-response-*`, because no custom resource runs in the VPC.
    """
    # Minimum S3 permissions for ECR (ECR user guide, VPC endpoints, read 2026-11-24).
    layers = [f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*"]
    # Required buckets of EMR 7.x in private subnets (EMR management guide, private-subnet-iampolicy, read 2026-11-24).
    packages = [f"arn:aws:s3:::al2023-repos-{region}-de612dc2/*", f"arn:aws:s3:::repo.{region}.emr.amazonaws.com/*"]
    logs = "aws157-logs-prod" if region == "us-east-1" else f"aws157-logs-prod-{region}"
    return [
        _allow("ImageLayersOfEcr", ["s3:GetObject"], layers),
        _allow("PackagesOfEmr", ["s3:GetObject"], packages),
        _allow("SystemLogsOfEmr", ["s3:PutObject"], [f"arn:aws:s3:::{logs}/*"]),
    ]


def _allow(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str],
    principals: str | None = None,
    owners: Sequence[str] = (),
) -> Statement:
    accounts: dict[str, Any] = {}
    if principals is not None:
        accounts["aws:PrincipalAccount"] = principals
    if owners:
        accounts["aws:ResourceAccount"] = list(owners)
    statement = {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": list(actions), "Resource": list(resources)}
    return statement | ({"Condition": {"StringEquals": accounts}} if accounts else {})


def _policy(statements: Sequence[Statement]) -> Policy:
    return {"Version": "2012-10-17", "Statement": list(statements)}
