"""An AWS account as a table of answers: botocore validates the requests and the answers, and nothing is sent."""

from collections.abc import Callable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.validate import ParamValidator

_KEYS = {"aws_access_key_id": "stub", "aws_secret_access_key": "stub"}
_SESSION = boto3.Session(**_KEYS)
#: By `service.Operation`: the answer, or a function of the request's parameters that returns it. An answer with the key
#: `Error` is an error.
Answers = Mapping[str, Any]


def error(code: str, message: str = "") -> dict[str, Any]:
    """The answer of an operation that fails."""
    return {"Error": {"Code": code, "Message": message or code}}


def clients(answers: Answers, region: str) -> Callable[[str], Any]:
    """Return what makes clients of the account; they fail for an operation without an answer."""

    @cache
    def client(service: str) -> Any:
        made = _SESSION.client(service, region_name=region)
        made.meta.events.register("before-parameter-build", _remember)
        made.meta.events.register("before-call", _answering(service, answers))
        return made

    return client


def _remember(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["stub_params"] = params


def _answering(service: str, answers: Answers) -> Callable[..., tuple[Any, dict[str, Any]]]:
    def answered(model: Any, context: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        name = f"{service}.{model.name}"
        assert model.name.startswith(("Describe", "Get", "List")), f"doctor only reads, and calls {name}"
        assert name in answers, f"the account has no answer to {name}"
        answer = answers[name]
        answer = answer(context["stub_params"]) if callable(answer) else answer
        if "Error" in answer:
            return SimpleNamespace(status_code=400), {**answer, "ResponseMetadata": {"HTTPStatusCode": 400}}
        report = ParamValidator().validate(answer, model.output_shape)
        assert not report.has_errors(), f"{name}: {report.generate_report()}"
        return SimpleNamespace(status_code=200), dict(answer)

    return answered
