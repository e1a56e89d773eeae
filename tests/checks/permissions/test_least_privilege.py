from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from checks.permissions.least_privilege import compare
from checks.permissions.used_actions import (
    TABLE,
    boto_calls,
    called_operators,
    connection_calls,
    job_operators,
    used_actions,
)
from checks.variants import VARIANTS
from infra.config.engine_config import EngineConfig
from infra.environments import DEV
from jobs.contracts.access import JobKind
from jobs.contracts.workloads import WORKLOADS
from tests.checks.conftest import Templates

#: Methods of a client that ask what other calls of the same operator ask: waiters and pages.
_WRAPPERS = {"get_paginator", "get_waiter"}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_role_has_what_it_uses_and_nothing_else(name: str, variant_templates: dict[str, Templates]) -> None:
    rights = compare(VARIANTS[name], variant_templates[name])
    assert len(rights) > 15
    assert {each.role: (each.unused, each.missing) for each in rights if each.unused or each.missing} == {}


def policy(*actions: str) -> dict[str, Any]:
    """A template with the role of ingest jobs and these rights."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "mlops-dev-meters-ingest-us-east-1"}}
    rights = {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Statement": [statement]}}
    return {"Resources": {"Role": role, "Rights": {"Type": "AWS::IAM::ManagedPolicy", "Properties": rights}}}


def test_a_right_too_many_and_a_right_too_few_are_named() -> None:
    needed = set(used_actions(DEV)["ingest"]) - {"glue:UpdateTable"}
    (found,) = compare(DEV, {"compute": policy(*needed, "s3:PutBucketPolicy")})
    assert (found.role, found.unused, found.missing) == (
        "meters-ingest",
        ["s3:PutBucketPolicy"],
        ["glue:UpdateTable"],
    )


def test_a_role_that_nobody_described_uses_nothing() -> None:
    template = policy("s3:GetObject")
    template["Resources"]["Role"]["Properties"]["RoleName"] = "mlops-dev-surprise-us-east-1"
    (found,) = compare(DEV, {"compute": template})
    assert (found.role, found.unused) == ("surprise", ["s3:GetObject"])


def test_a_policy_of_aws_that_no_document_names_is_unused() -> None:
    template = policy(*used_actions(DEV)["ingest"])
    template["Resources"]["Role"]["Properties"]["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    (found,) = compare(DEV, {"compute": template})
    assert found.unused == ["AdministratorAccess"]


def test_every_operator_that_dags_make_has_its_actions() -> None:
    assert called_operators() <= {*(name.split()[0] for name in TABLE["operator"]), *job_operators()}
    assert {workload.noun for workload in job_operators().values()} == {workload.noun for workload in WORKLOADS}


def test_what_operators_of_this_repository_call_is_in_the_table() -> None:
    tables = [entry["actions"] for entry in TABLE["operator"].values()]
    rows = [[*workload.actions, *workload.starter_actions] for workload in job_operators().values()]
    listed = {action.split(":")[1] for actions in (*tables, *rows) for action in actions}
    assert {name for name in connection_calls() - _WRAPPERS if name not in map(xform_name, listed)} == set()


def test_calls_of_jobs_are_read_from_their_code() -> None:
    assert boto_calls("spark") == set(), "Spark reads and writes through Hadoop and Iceberg"
    assert boto_calls("training") == {"s3:GetObject", "s3:PutObject", "secretsmanager:GetSecretValue"}
    assert boto_calls("serving") == set(), "a model without network calls nobody"


def test_every_operator_action_is_an_operation_of_its_service() -> None:
    services = {"elasticmapreduce": "emr", "emr-serverless": "emr-serverless", "glue": "glue", "sagemaker": "sagemaker"}
    session = botocore.session.get_session()
    for name, entry in TABLE["operator"].items():
        for action in entry["actions"]:
            prefix, operation = action.split(":")
            if prefix in services:
                assert operation in session.get_service_model(services[prefix]).operation_names, name


def test_every_entry_names_its_source() -> None:
    assert all(entry["source"] for part in TABLE.values() for entry in part.values())


def test_another_engine_or_mode_is_another_use() -> None:
    glue = replace(DEV, engines=EngineConfig(jobs={"publish": "glue"}))
    standing = replace(DEV, spark=replace(DEV.spark, mode="persistent"))
    assert "glue:StartJobRun" in used_actions(glue)["airflow"]
    assert "glue:StartJobRun" not in used_actions(DEV)["airflow"]
    assert "glue:GetConnection" in used_actions(glue)[JobKind.PUBLISH]
    assert "elasticmapreduce:RunJobFlow" not in used_actions(standing)["airflow"]
