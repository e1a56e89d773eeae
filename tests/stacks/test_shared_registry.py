import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.config.governance_config import RegistryConfig
from infra.config.platform_config import PlatformConfig
from infra.config.validation import ConfigError
from infra.environments import DEV, PROD, STAGING
from infra.names import PlatformNames, RolePurpose
from infra.security.keys import DataClass
from jobs.contracts.access import JobKind
from jobs.contracts.tables import Zone
from stacks.synth import add_environment, new_app
from tests.infra.pipelines import METERS
from tests.stacks.conftest import Templates, templates_in
from tests.stacks.templates import functions, listed, only, resolved, resources

OWNER = replace(PROD, registry=RegistryConfig(consumers=(DEV.account, STAGING.account)))
NAMES = PlatformNames.of(OWNER)
ROOTS = [f"arn:aws:iam::{account}:root" for account in OWNER.registry.consumers]
#: Roles of the platform, whatever account they are in: the principal says which accounts.
PLATFORM_ROLES = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/mlops-*"}}


def synthesized(config: PlatformConfig, folder: Path) -> Templates:
    app = new_app(folder)
    add_environment(app, config, [METERS])
    app.synth()
    return templates_in(folder, f"mlops-{config.environment}")


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return synthesized(OWNER, tmp_path_factory.mktemp("owner"))


def principals(statement: dict[str, Any]) -> list[str]:
    return [resolved(each) for each in statement["Principal"]["AWS"]]


def artifacts_policy(templates: Templates) -> list[dict[str, Any]]:
    wanted = json.dumps(NAMES.bucket(Zone.ARTIFACTS))
    data = templates["data"]["Resources"]
    (bucket,) = (key for key, item in data.items() if json.dumps(item["Properties"].get("BucketName")) == wanted)
    policies = resources(templates["data"], "AWS::S3::BucketPolicy")
    (policy,) = (each for each in policies if each["Bucket"] == {"Ref": bucket})
    return list(policy["PolicyDocument"]["Statement"])


def named(statements: list[dict[str, Any]], sid: str) -> dict[str, Any]:
    (found,) = (each for each in statements if each.get("Sid") == sid)
    return found


def test_consumers_list_and_describe_versions_and_change_nothing(owner: Templates) -> None:
    policy = only(owner["pipeline-meters"], "AWS::SageMaker::ModelPackageGroup")["ModelPackageGroupPolicy"]
    group, versions = policy["Statement"]
    assert (group["Action"], group["Resource"]) == (
        "sagemaker:DescribeModelPackageGroup",
        NAMES.arn("sagemaker", "model-package-group/mlops-prod-meters"),
    )
    assert versions["Action"] == ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"]
    assert versions["Resource"] == NAMES.arn("sagemaker", "model-package/mlops-prod-meters/*")
    for statement in (group, versions):
        assert (statement["Effect"], statement["Condition"]) == ("Allow", PLATFORM_ROLES)
        assert principals(statement) == ROOTS


def test_consumers_read_models_and_evaluations_and_no_other_object(owner: Templates) -> None:
    statement = named(artifacts_policy(owner), "RegistryConsumers")
    assert (statement["Action"], statement["Condition"]) == ("s3:GetObject", PLATFORM_ROLES)
    assert principals(statement) == ROOTS
    assert {resolved(arn).split("/", 1)[1] for arn in statement["Resource"]} == {"models/*", "evaluations/*"}


def test_only_the_bucket_of_artifacts_stops_refusing_the_consumers(owner: Templates) -> None:
    refusals = [
        statement["Condition"]["StringNotEquals"]["aws:PrincipalAccount"]
        for policy in resources(owner["data"], "AWS::S3::BucketPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement.get("Sid") == "OtherAccounts"
    ]
    assert sorted(refusals, key=len)[-1] == [PROD.account, DEV.account, STAGING.account]
    assert [each for each in refusals if each in ([PROD.account], PROD.account)] == sorted(refusals, key=len)[:-1]


def test_consumers_decrypt_through_s3_what_lies_in_that_bucket(owner: Templates) -> None:
    keys = {key["Description"]: key["KeyPolicy"]["Statement"] for key in resources(owner["keys"], "AWS::KMS::Key")}
    statement = named(keys[f"mlops-prod: {DataClass.LAKE}"], "RegistryConsumers")
    assert statement["Action"] == "kms:Decrypt"
    assert principals(statement) == ROOTS
    assert statement["Condition"] == {
        **PLATFORM_ROLES,
        "StringEquals": {
            "kms:ViaService": "s3.us-east-1.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{NAMES.bucket(Zone.ARTIFACTS)}",
        },
    }
    others = [each for name, statements in keys.items() if DataClass.LAKE not in name for each in statements]
    assert not [each for each in others if each.get("Sid") == "RegistryConsumers"]


def asked(templates: Templates, stack: str, name: str) -> set[tuple[str, str, str]]:
    """What a policy lets its role do in the registry's account: action, resource and condition, one by one."""
    policies = resources(templates[stack], "AWS::IAM::ManagedPolicy")
    (policy,) = (each for each in policies if each["ManagedPolicyName"] == name)
    return {
        (action, arn, json.dumps(statement.get("Condition", {}), sort_keys=True))
        for statement in policy["PolicyDocument"]["Statement"]
        for action in listed(statement["Action"])
        for arn in map(resolved, listed(statement["Resource"]))
        if PROD.account in arn
    }


def test_a_consumer_s_roles_ask_for_what_the_owner_gives_and_no_more(tmp_path: Path) -> None:
    consumer = replace(DEV, registry=RegistryConfig(account=PROD.account))
    templates, names = synthesized(consumer, tmp_path), PlatformNames.of(consumer)
    bucket = f"arn:aws:s3:::{NAMES.bucket(Zone.ARTIFACTS)}"
    context = {
        "kms:ViaService": "s3.us-east-1.amazonaws.com",
        "kms:EncryptionContext:aws:s3:arn": bucket,
    }
    through_s3 = json.dumps({"StringEquals": context}, sort_keys=True)
    key = ("kms:Decrypt", NAMES.arn("kms", "key/*"), through_s3)
    serve = names.job_role("meters", JobKind.SERVE)
    models = ("s3:GetObject", f"{bucket}/models/meters/*", "{}")
    assert asked(templates, "pipeline-meters", serve) == {models, key}
    versions = NAMES.arn("sagemaker", "model-package/mlops-prod-*/*")
    assert asked(templates, "orchestration", names.role(RolePurpose.AIRFLOW)) == {
        ("sagemaker:DescribeModelPackageGroup", NAMES.arn("sagemaker", "model-package-group/mlops-prod-*"), "{}"),
        ("sagemaker:DescribeModelPackage", versions, "{}"),
        ("sagemaker:ListModelPackages", versions, "{}"),
        ("s3:GetObject", f"{bucket}/evaluations/*", "{}"),
        key,
    }


def test_without_consumers_no_other_account_is_named(environments: dict[str, Templates]) -> None:
    for name, templates in environments.items():
        own = {"dev": DEV, "staging": STAGING, "prod": PROD}[name].account
        for template in templates.values():
            text = json.dumps(template)
            assert not [each for each in {DEV.account, STAGING.account, PROD.account} - {own} if each in text]
            assert not [*functions(template, "ModelPackageGroupPolicy")]


@pytest.mark.parametrize("registry", [RegistryConfig(account=DEV.account), RegistryConfig(consumers=(DEV.account,))])
def test_an_account_shares_nothing_with_itself(registry: RegistryConfig) -> None:
    with pytest.raises(ConfigError, match=r"registry: received '111111111111'; allowed is other accounts"):
        replace(DEV, registry=registry)
