"""An event of AWS that means failed work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class FailureEvent:
    """An event that means failed work; `heading` is the runbook's.

    `name` and `reason` are the paths in the event at which a reader finds what failed and why.
    """

    heading: str
    what: str
    source: str
    detail_type: str
    name: str
    reason: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    resources: Sequence[str] = ()


def begins(prefix: str) -> list[dict[str, str]]:
    """The pattern of a value that begins so, which holds a rule to one environment."""
    return [{"prefix": prefix}]
