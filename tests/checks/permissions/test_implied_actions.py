"""Whether each role has the actions that parameters of resources and requests require."""

from pathlib import Path
from typing import Any

import pytest

from checks.assembly import read_assembly
from checks.permissions.actions import validate_actions
from checks.permissions.implied_actions import ROWS, implied_findings, implied_needs
from checks.variants import VARIANTS
from infra.environments import PROD
from infra.names import PlatformNames, RolePurpose
from jobs.contracts.access import JobKind

#: Rows for parameters that no configuration has; a seeded mistake has them.
_UNUSED = {"FunctionNetwork"}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_implied_request_is_allowed(name: str, variants: dict[str, Path]) -> None:
    assert [str(finding) for finding in implied_findings(read_assembly(variants[name], VARIANTS[name]))] == []


def test_every_row_applies_to_some_configuration(variants: dict[str, Path]) -> None:
    applied = {
        need.rule
        for name, config in VARIANTS.items()
        for need in implied_needs(read_assembly(variants[name], config).templates, PlatformNames.of(config))
    }
    assert set(ROWS) - applied == _UNUSED


@pytest.mark.parametrize(("rule", "row"), ROWS.items(), ids=ROWS)
def test_a_row_names_its_source_and_exact_actions_of_iam(rule: str, row: dict[str, Any]) -> None:
    assert row["source"], rule
    assert row.get("role", "airflow") in {*RolePurpose, *JobKind}
    statement = {"Effect": "Allow", "Action": [action for need in row["needs"] for action in need["actions"]]}
    policy = {"Type": "AWS::IAM::Policy", "Properties": {"Document": {"Statement": [{**statement, "Resource": "*"}]}}}
    assert validate_actions("any", {"Resources": {"Policy": policy}}) == []


def environment(*statements: dict[str, Any], **encryption: Any) -> dict[str, dict[str, Any]]:
    """A stack with EMR's service role and a security configuration under a key of another stack."""
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": PlatformNames.of(PROD).role(RolePurpose.EMR_SERVICE)}}
    policy = {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Statement": list(statements)}}
    disks = {"LocalDiskEncryptionConfiguration": {"AwsKmsKey": {"Ref": "Key"}, **encryption}}
    document = {"EncryptionConfiguration": {"AtRestEncryptionConfiguration": disks}}
    return {
        "compute": {
            "Parameters": {"Key": {"Default": "/mlops/prod/keys/lake"}},
            "Resources": {
                "Role": role,
                "Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": policy},
                "Configuration": {
                    "Type": "AWS::EMR::SecurityConfiguration",
                    "Properties": {"SecurityConfiguration": document},
                },
            },
        }
    }


def missing(templates: dict[str, dict[str, Any]]) -> set[str]:
    names = PlatformNames.of(PROD)
    return {need.request.action for need in implied_needs(templates, names) if not need.is_met}


def test_encrypted_volumes_require_the_key_of_the_document_through_ec2() -> None:
    actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant"]
    others = ["kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    through = {"StringEquals": {"kms:ViaService": "ec2.us-east-1.amazonaws.com"}}
    complete = {"Effect": "Allow", "Action": [*actions, *others], "Resource": {"Ref": "Key"}, "Condition": through}
    assert missing(environment(complete, EnableEbsEncryption=True)) == set()
    assert missing(environment({**complete, "Action": actions}, EnableEbsEncryption=True)) == set(others)
    through_s3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    assert missing(environment({**complete, "Condition": through_s3}, EnableEbsEncryption=True)) == {*actions, *others}
    another = {**complete, "Resource": "arn:aws:kms:us-east-1:333333333333:key/1"}
    assert missing(environment(another, EnableEbsEncryption=True)) == {*actions, *others}
    assert missing(environment(EnableEbsEncryption=False)) == set()
