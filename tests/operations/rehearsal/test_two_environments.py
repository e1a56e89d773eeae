import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from common.errors import PlatformError
from infra.environments import DEV
from infra.names import PlatformNames
from jobs.contracts.tables import Zone
from operations.rehearsal.deployment import SECOND
from operations.rehearsal.two_environments import (
    Inventory,
    add_content,
    inventory,
    require_untouched,
    with_absent_services,
)
from operations.teardown import data, running_work
from operations.teardown.account import Account
from tests.operations.teardown.conftest import account

__all__ = ["account"]


@pytest.fixture
def both(account: Account, tmp_path: Path) -> tuple[Account, Account]:
    """Dev and a second environment in one account, each with a stack, a bucket, a file and an image."""
    accounts = account, replace(account, names=PlatformNames.of(SECOND))
    account.client("s3").create_bucket(Bucket=account.names.assets_bucket)
    account.client("ecr").create_repository(repositoryName=account.names.images_repository)
    for each in accounts:
        names = each.names
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": names.bucket(Zone.RAW)}}
        tags = [{"Key": "platform", "Value": names.prefix}]
        template = json.dumps({"Resources": {"Bucket": bucket}})
        each.client("cloudformation").create_stack(StackName=names.resource("data"), TemplateBody=template, Tags=tags)
        each.client("s3").put_object(Bucket=names.assets_bucket, Key=f"{names.asset_folder}code.zip", Body=b"")
        target = {"repositoryName": names.images_repository, "imageTag": f"{names.image_tag_prefix}1"}
        assembly = tmp_path / names.environment
        assembly.mkdir()
        images: dict[str, Any] = {"a": {"destinations": {"here": target}}}
        (assembly / "one.assets.json").write_text(json.dumps({"dockerImages": images}))
        add_content(each, assembly)
    return accounts


def test_the_content_of_each_environment_is_counted(both: tuple[Account, Account]) -> None:
    assert [str(inventory(each)) for each in both] == ["1 stacks, 1 resources, 2 objects, 1 images"] * 2


def test_what_is_left_and_what_is_missing_stops_the_rehearsal(both: tuple[Account, Account]) -> None:
    dev, other = both
    before = inventory(other)
    with pytest.raises(PlatformError, match=r"teardown of mlops-dev: mlops-dev has 1 stacks.*expected is 0 stacks"):
        require_untouched(other, before, dev)

    data.empty_buckets(dev)
    data.delete_assets(dev)
    dev.client("cloudformation").delete_stack(StackName=dev.names.resource("data"))
    require_untouched(other, before, dev)

    missing = Inventory(stacks=2, resources=1, objects=2, images=1)
    with pytest.raises(PlatformError, match=r"mlops-staging has 1 stacks.*expected is 2 stacks"):
        require_untouched(other, missing, dev)


def test_services_that_the_emulator_lacks_have_no_running_work(account: Account) -> None:
    without = with_absent_services(account)

    assert running_work.stop_serverless(without) == running_work.delete_endpoints(without) == 0
    with pytest.raises(AttributeError):
        without.client("sagemaker").delete_endpoint(EndpointName="e")


def test_the_second_environment_is_in_the_account_and_region_of_dev() -> None:
    assert (SECOND.account, SECOND.region) == (DEV.account, DEV.region)
    assert SECOND.environment != DEV.environment
