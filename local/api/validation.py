"""Validate requests against the service models of botocore: types, required members, enums, patterns and bounds."""

import difflib
import re
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

from local.executors.errors import validation

_MAX_LISTED_CHOICES = 12


def validate(service: str, operation: str, request: dict[str, Any]) -> None:
    """Raise a ValidationException that lists every member that violates the service model."""
    shape = _input_shape(service, operation)
    report = ParamValidator().validate(request, shape)
    problems = [report.generate_report()] if report.has_errors() else []
    problems += [] if problems else list(_violations(request, shape, operation))
    if problems:
        raise validation(f"{operation}: " + "; ".join(problems))


@cache
def _input_shape(service: str, operation: str) -> StructureShape:
    model = botocore.session.get_session().get_service_model(service)
    return model.operation_model(operation).input_shape


def _violations(value: Any, shape: Shape, path: str) -> list[str]:
    if isinstance(shape, StructureShape):
        return [
            problem
            for name, member in value.items()
            if member is not None
            for problem in _violations(member, shape.members[name], f"{path}.{name}")
        ]
    if isinstance(shape, ListShape):
        inner = [
            problem for i, member in enumerate(value) for problem in _violations(member, shape.member, f"{path}[{i}]")
        ]
        return _bounds(len(value), shape, path, "items") + inner
    if isinstance(shape, MapShape):
        return [
            problem for key, member in value.items() for problem in _violations(member, shape.value, f"{path}.{key}")
        ]
    if isinstance(shape, StringShape):
        return _string(value, shape, path)
    return _bounds(value, shape, path, "value") if isinstance(value, int | float) else []


def _string(value: str, shape: StringShape, path: str) -> list[str]:
    if shape.enum and value not in shape.enum:
        return [f"{path} is {value!r}, allowed is {_choices(value, shape.enum)}"]
    pattern = shape.metadata.get("pattern")
    if pattern and _compiled(pattern) and not _compiled(pattern).fullmatch(value):
        return [f"{path} is {value!r}, allowed is a match of {pattern}"]
    return _bounds(len(value), shape, path, "characters")


def _choices(value: str, allowed: list[str]) -> str:
    """Describe the allowed values: all of them, or the closest ones if there are more than twelve."""
    if len(allowed) <= _MAX_LISTED_CHOICES:
        return "one of " + ", ".join(allowed)
    close = difflib.get_close_matches(value, allowed, n=5, cutoff=0.0)
    return f"one of {len(allowed)} values, the closest are {', '.join(close)}"


def _bounds(size: float, shape: Shape, path: str, unit: str) -> list[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if (low is not None and size < low) or (high is not None and size > high):
        return [f"{path} has {size} {unit}, allowed is {low} to {high}"]
    return []


@cache
def _compiled(pattern: str) -> Any:
    """Return the compiled pattern, or None if it uses Java's syntax (`\\p{Z}`), which `re` does not support."""
    try:
        return re.compile(pattern)
    except re.error:
        return None
