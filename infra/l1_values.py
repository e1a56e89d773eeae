"""CloudFormation properties as arguments of CDK's generated constructs."""

import re
from collections.abc import Mapping
from typing import Any


def l1_value(value: object) -> Any:
    """The value with the camel-case keys of CDK's JavaScript, which silently drops keys that it does not know.

    The properties of a classification are data, so their keys stay as they are.
    """
    if isinstance(value, Mapping):
        renamed = {"configurationProperties" if key == "Properties" else _camel(key): key for key in value}
        return {new: value[old] if old == "Properties" else l1_value(value[old]) for new, old in renamed.items()}
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        return [l1_value(item) for item in value]
    return value


def snake_case(name: str) -> str:
    """The name of a Python argument for a CloudFormation property."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _camel(name: str) -> str:
    first, *others = snake_case(name).split("_")
    return "".join((first, *(word.capitalize() for word in others)))
