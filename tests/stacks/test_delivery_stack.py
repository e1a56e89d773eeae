from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.config.governance_config import DeliveryConfig
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, PROD
from infra.names import PlatformNames
from stacks.synth import add_environment, new_app
from tests.infra.pipelines import METERS
from tests.stacks.templates import Template, only, resources

ISSUER = "token.actions.githubusercontent.com"
DELIVERY = DeliveryConfig(repository="owner/platform", branch="release")


def template(config: PlatformConfig, folder: Path) -> Template:
    app = new_app(folder)
    add_environment(app, config, [METERS])
    found: Template = app.synth().get_stack_by_name(f"mlops-{config.environment}-delivery").template
    return found


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return template(replace(PROD, delivery=DELIVERY), tmp_path_factory.mktemp("delivery"))


def role(delivery: Template, purpose: str) -> dict[str, Any]:
    name = PlatformNames.of(PROD).role(purpose)
    (found,) = (each for each in resources(delivery, "AWS::IAM::Role") if each["RoleName"] == name)
    return found


def trust(delivery: Template, purpose: str) -> dict[str, Any]:
    (statement,) = role(delivery, purpose)["AssumeRolePolicyDocument"]["Statement"]
    return dict(statement)


def assumed(delivery: Template, purpose: str) -> list[str]:
    name = PlatformNames.of(PROD).role(purpose)
    (policy,) = (each for each in resources(delivery, "AWS::IAM::ManagedPolicy") if each["ManagedPolicyName"] == name)
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRole"
    found = statement["Resource"]
    return found if isinstance(found, list) else [found]


def test_identities_of_github_are_known_without_thumbprints(delivery: Template) -> None:
    assert only(delivery, "AWS::IAM::OIDCProvider") == {
        "Url": f"https://{ISSUER}",
        "ClientIdList": ["sts.amazonaws.com"],
    }


def test_only_approved_jobs_of_the_branch_deploy(delivery: Template) -> None:
    statement = trust(delivery, "deploy")
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": "repo:owner/platform:environment:prod",
        },
        # STS is not documented to pass the branch on; a required claim that is absent would refuse every deployment.
        "StringEqualsIfExists": {f"{ISSUER}:ref": "refs/heads/release"},
    }


def test_pull_requests_and_the_branch_compare(delivery: Template) -> None:
    assert trust(delivery, "compare")["Condition"] == {
        "StringEquals": {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": ["repo:owner/platform:pull_request", "repo:owner/platform:ref:refs/heads/release"],
        }
    }


def test_workflows_may_assume_bootstrap_roles_of_this_account_and_region_only(delivery: Template) -> None:
    here = f"{PROD.account}-{PROD.region}"
    base = f"arn:aws:iam::{PROD.account}:role/cdk-hnb659fds"
    everything = {f"{base}-{kind}-role-{here}" for kind in ("deploy", "file-publishing", "image-publishing", "lookup")}
    assert set(assumed(delivery, "deploy")) == everything
    assert assumed(delivery, "compare") == [f"{base}-lookup-role-{here}"]


def test_nobody_outside_the_repository_is_trusted(delivery: Template) -> None:
    roles = resources(delivery, "AWS::IAM::Role")
    assert len(roles) == 2
    for each in roles:
        for statement in each["AssumeRolePolicyDocument"]["Statement"]:
            subjects = statement["Condition"]["StringEquals"][f"{ISSUER}:sub"]
            found = [subjects] if isinstance(subjects, str) else subjects
            assert all(subject.startswith("repo:owner/platform:") and "*" not in subject for subject in found)


def test_a_provider_that_exists_is_trusted_and_not_made_again(tmp_path: Path) -> None:
    found = template(replace(DEV, delivery=replace(DELIVERY, provider_exists=True)), tmp_path)
    assert not resources(found, "AWS::IAM::OIDCProvider")
    provider = f"arn:aws:iam::{DEV.account}:oidc-provider/{ISSUER}"
    for each in resources(found, "AWS::IAM::Role"):
        assert each["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Federated": provider}


def test_without_a_repository_nobody_outside_may_deploy(environments: dict[str, dict[str, Template]]) -> None:
    assert not [name for name, templates in environments.items() if "delivery" in templates]
