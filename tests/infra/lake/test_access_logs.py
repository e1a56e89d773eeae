from dataclasses import replace

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from infra.environments import DEV
from infra.lake.access_logs import access_log_bucket
from infra.names import PlatformNames


@pytest.mark.parametrize(
    ("region", "principal"),
    [
        ("us-east-1", {"AWS": "arn:aws:iam::127311923021:root"}),
        ("ap-southeast-4", {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}),
    ],
)
def test_load_balancers_write_logs_as_the_account_or_the_service_of_the_region(
    region: str, principal: dict[str, str]
) -> None:
    stack, names = cdk.Stack(), replace(PlatformNames.of(DEV), region=region)
    access_log_bucket(stack, "Logs", names=names, retention=DEV.retention, removal=cdk.RemovalPolicy.DESTROY)
    statement = Match.object_like({"Sid": "BalancerLogs", "Principal": principal})
    Template.from_stack(stack).has_resource_properties(
        "AWS::S3::BucketPolicy", {"PolicyDocument": {"Statement": Match.array_with([statement])}}
    )
