from collections import Counter

import boto3
import jmespath
import pytest
from moto import mock_aws

from operations.rehearsal.inventory import LISTINGS, WITHOUT_ID, Inventory, Listing, missing

ENDPOINT = "https://s3.us-east-1.amazonaws.com"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return boto3.Session(aws_access_key_id="1", aws_secret_access_key="2", region_name="us-east-1")  # noqa: S106


@pytest.mark.parametrize("kind", sorted(LISTINGS))
def test_listings_spell_calls_and_answers_as_the_service_does(kind: str, session: boto3.Session) -> None:
    listing: Listing | None = LISTINGS[kind]
    while listing is not None:
        client = session.client(listing.service)
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[listing.operation])
        outermost = listing.found.strip("[").split(".")[0].split("]")[0].split("[")[0]
        assert outermost in model.output_shape.members
        assert not listing.by or listing.by in model.input_shape.members
        assert (listing.of is None) == (listing.by == "")
        jmespath.compile(listing.found)
        listing = listing.of


@mock_aws
def test_children_are_asked_of_every_parent(session: boto3.Session) -> None:
    s3 = session.client("s3", endpoint_url=ENDPOINT)
    for bucket in ("one", "two", "three"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_policy(Bucket="two", Policy='{"Version": "2012-10-17", "Statement": []}')
    assert sorted(LISTINGS["AWS::S3::Bucket"].ids(session, ENDPOINT)) == ["one", "three", "two"]
    (policy,) = LISTINGS["AWS::S3::BucketPolicy"].ids(session, ENDPOINT)
    assert "2012-10-17" in policy


def inventory(**found: list[str]) -> Inventory:
    empty = {kind: Counter[str]() for kind in LISTINGS}
    return {**empty, **{f"AWS::{kind.replace('_', '::')}": Counter(ids) for kind, ids in found.items()}}


def test_what_a_stack_claims_but_no_service_tells_is_missing() -> None:
    expected = {"AWS::S3::Bucket": Counter(["a", "b"]), "AWS::Glue::Table": Counter(["t", "t"])}
    now = inventory(S3_Bucket=["a"], Glue_Table=["t"])
    assert missing(expected, inventory(), now) == {"AWS::S3::Bucket": ["b"], "AWS::Glue::Table": ["t"]}
    assert missing(expected, inventory(), inventory(S3_Bucket=["a", "b", "c"], Glue_Table=["t", "t"])) == {}


def test_what_was_there_before_does_not_count() -> None:
    expected, before = {"AWS::S3::Bucket": Counter(["a"])}, inventory(S3_Bucket=["a"])
    assert missing(expected, before, inventory(S3_Bucket=["a"])) == {"AWS::S3::Bucket": ["a"]}


def test_documents_without_id_are_counted() -> None:
    (kind,) = (each for each in WITHOUT_ID if "S3" in each)
    expected, now = {kind: Counter(["a-policy", "b-policy"])}, inventory(S3_BucketPolicy=["{}"])
    assert missing(expected, inventory(), now) == {kind: ["1 of 2"]}
