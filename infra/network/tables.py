"""The endpoints and the rules between groups as Markdown, for the people who approve them."""

from collections.abc import Iterable, Sequence

from infra.config.endpoints import ENDPOINTS
from infra.network.rules import Ports, rules

_OURS = "principals and resources of this account"


def endpoint_table() -> str:
    """Every endpoint: who calls through it, and what its policy lets pass."""
    rows = [
        (endpoint.service, endpoint.caller, "; ".join([_OURS, *(f"`{arn}`" for arn in endpoint.foreign)]))
        for endpoint in ENDPOINTS
    ]
    return _table(("endpoint", "who calls", "what passes"), rows)


def rule_table() -> str:
    """Every rule between groups where MLflow answers over HTTPS."""
    rows = [(rule.source, rule.target, _ports(rule.ports), rule.why) for rule in rules(is_https=True)]
    return _table(("from", "to", "ports", "why"), rows)


def _ports(ports: Ports) -> str:
    if ports.protocol == "icmp":
        return "icmp"
    return f"{ports.protocol} {ports.low}" + ("" if ports.low == ports.high else f"-{ports.high}")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))
