from typing import Any

import pytest

from checks.permissions.iam_decision import Request, is_allowed

OBJECT = "arn:aws:s3:::lake/ok/a"
ROLE = "arn:aws:iam::111111111111:role/job"


def allow(action: object, resource: object = "*", **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **elements}


def decided(*statements: dict[str, Any], action: str = "s3:GetObject", resource: str = OBJECT, **context: str) -> bool:
    request = Request(
        action=action, resource=resource, context={key.replace("_", ":", 1): value for key, value in context.items()}
    )
    return is_allowed(request, statements)


@pytest.mark.parametrize(
    ("resource", "is_met"),
    [("*", True), ("arn:aws:s3:::lake/*", True), ("arn:aws:s3:::lake/o?/a", True), ("arn:aws:s3:::lake/no/*", False)],
)
def test_a_resource_matches_by_its_whole_pattern(resource: str, is_met: bool) -> None:
    assert decided(allow("s3:GetObject", resource)) is is_met


@pytest.mark.parametrize(("action", "is_met"), [("s3:getobject", True), (["s3:Get*"], True), ("s3:PutObject", False)])
def test_actions_are_compared_without_case(action: object, is_met: bool) -> None:
    assert decided(allow(action)) is is_met


def test_a_deny_counts_only_where_it_applies() -> None:
    elsewhere = {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::elsewhere/*"}
    assert not decided(allow("s3:GetObject"), elsewhere)
    foreign = {"StringEquals": {"aws:ResourceAccount": "999999999999"}}
    conditional = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": foreign}
    assert decided(allow("s3:GetObject"), conditional, aws_ResourceAccount="111111111111")
    assert not decided(elsewhere), "nothing allows the request"


def test_a_boundary_and_a_session_limit_the_identity() -> None:
    request = Request(action="s3:GetObject", resource=OBJECT)
    assert not is_allowed(request, [allow("s3:GetObject")], [allow("s3:ListBucket")])
    assert is_allowed(request, [allow("s3:GetObject")], [allow("s3:*")], [allow("s3:Get*")])


@pytest.mark.parametrize(
    ("operator", "expected", "actual", "is_met"),
    [
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a", None, False),
        ("StringEqualsIfExists", "a", None, True),
        ("StringEqualsIfExists", "a", "b", False),
        ("StringNotEquals", "a", None, True),
        ("StringNotEquals", "a", "a", False),
        ("StringLike", "a*", "ab", True),
        ("ArnLike", "arn:aws:s3:::*", "arn:aws:s3:::lake", True),
        ("ArnEquals", "arn:aws:s3:::l?ke", "arn:aws:s3:::lake", True),
        ("Bool", "true", "true", True),
        ("Bool", True, "false", False),
        ("Null", "true", None, True),
        ("Null", "true", "a", False),
        ("ForAllValues:StringEquals", "a", None, True),
        ("ForAllValues:StringEquals", "a", "b", False),
        ("ForAnyValue:StringEquals", "a", None, False),
    ],
)
def test_a_condition_holds_as_in_iam(operator: str, expected: object, actual: str | None, is_met: bool) -> None:
    context = {} if actual is None else {"aws_Key": actual}
    assert decided(allow("s3:GetObject", Condition={operator: {"AWS:key": expected}}), **context) is is_met


def test_a_role_is_passed_to_the_named_service_only() -> None:
    passes = allow("iam:PassRole", ROLE, Condition={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}})
    assert decided(passes, action="iam:PassRole", resource=ROLE, iam_PassedToService="sagemaker.amazonaws.com")
    assert not decided(passes, action="iam:PassRole", resource=ROLE, iam_PassedToService="glue.amazonaws.com")


def test_an_unknown_condition_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="condition operator: received 'NumericLessThan'; allowed are"):
        decided(allow("s3:GetObject", Condition={"NumericLessThan": {"s3:max-keys": "10"}}), s3_max="1")
