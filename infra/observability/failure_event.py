"""EventBridge events that report a failure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class FailureEvent:
    """An event that reports a failure; `heading` names the rule and its heading in the runbook.

    `what` describes the failure; `name` and `reason` are paths in the event to the failed resource and the reason.
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
    """An event pattern for values with a prefix, which limits a rule to one environment."""
    return [{"prefix": prefix}]
