"""The IAM requests of an API call, by the tables of `calls.toml`.

A table per service and operation, as botocore names them, gives the resource, the condition keys that the service
sends, and the action where its name differs from the operation's. A row `parameter` gives what a parameter of any call
of a service requires in addition: `{value}` is its value, `{arn}` the ARN of a value that is an S3 URI, and
`{resource}` the resource of the call. Other names in braces are parameters.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checks.permissions.iam_decision import Request
from checks.permissions.implied_principals import Fillings
from checks.template_values import values_at
from infra.names import PlatformNames

#: Prefixes of IAM actions that differ from the names of the services in botocore.
_PREFIXES = {"emr": "elasticmapreduce"}


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call of an API, with the names of service and operation in botocore."""

    service: str
    operation: str
    parameters: Mapping[str, Any]


@cache
def table() -> dict[str, Any]:
    """Return the tables of the file."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text())


def requests_of(call: Call, names: PlatformNames) -> Iterator[Request]:
    """Yield what IAM must allow for the call; raises ValueError for an operation without a table."""
    row = table().get(call.service, {}).get(call.operation)
    if row is None:
        known = sorted(table().get(call.service, {}))
        raise ValueError(
            f"call: received {call.service} {call.operation}; allowed are {known}; "
            "add it to checks/permissions/calls.toml"
        )
    fillings = Fillings({key: _plain(value) for key, value in call.parameters.items()})
    fillings |= {"region": names.region, "account": names.account, "platform": names.prefix}
    default = f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
    request = _request({"action": default, **row}, fillings)
    yield request
    for parameter in table()["parameter"]:
        if parameter["service"] == call.service:
            for value in values_at(call.parameters, parameter["at"]):
                arn = f"arn:aws:s3:::{str(value).removeprefix('s3://')}"
                more = {"value": _plain(value), "arn": arn, "resource": request.resource}
                yield _request(parameter, Fillings({**fillings, **more}))


def _request(row: Mapping[str, Any], fillings: Fillings) -> Request:
    context = {key: value.format_map(fillings) for key, value in row.get("context", {}).items()}
    return Request(action=row["action"], resource=row["resource"].format_map(fillings), context=context)


def _plain(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) and len(value) == 1 else str(value)
