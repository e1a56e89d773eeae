"""Who needs the actions that a document requires: roles, or the services that a key's policy names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.permissions.actions import overlap
from checks.permissions.iam_decision import Request, Statements, is_allowed
from checks.permissions.implied_documents import Document
from checks.permissions.policies import listed
from checks.permissions.roles import Role
from checks.template_values import values_at

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Somebody who needs actions: a role with its policies, or a service with the policies of the keys."""

    name: str
    statements: Statements


class Fillings(dict[str, str]):
    """The values for the names in braces of one fact; properties that the document lacks are left in place."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


@dataclass(frozen=True, kw_only=True)
class Principals:
    """The roles of an environment by ARN, and the policies of its keys by their placeholders."""

    roles: Mapping[str, Role]
    keys: Mapping[str, Statements]

    def of(self, row: Row, document: Document, fillings: Fillings) -> Iterator[Principal]:
        """Yield the principals that a row selects for a document."""
        if "service" in row:
            service = row["service"].format_map(fillings)
            policy = self.keys.get(fillings["value"], ())
            yield Principal(name=service, statements=[each for each in policy if _names(each, service)])
            return
        for role in self.roles.values():
            if self._is_chosen(row, document, fillings, role):
                yield Principal(name=role.purpose, statements=role.statements)

    def _is_chosen(self, row: Row, document: Document, fillings: Fillings, role: Role) -> bool:
        if "role_at" in row:
            return role.arn in values_at(document.content, row["role_at"])
        if "callers" in row:
            return _may(role, row["callers"], row["on"].format_map(fillings))
        if "passed_to" in row:
            return any(_passes(caller, role, row["passed_to"]) for caller in self.roles.values())
        return role.purpose == str(row["role"])


def _may(role: Role, action: str, resource: str) -> bool:
    """Return whether the role may call the action on some resource of a pattern, whatever the conditions."""
    return any(
        statement["Effect"] == "Allow"
        and action in listed(statement.get("Action", []))
        and any(overlap(pattern.replace("?", "*"), resource) for pattern in listed(statement.get("Resource", [])))
        for statement in role.statements
    )


def _passes(caller: Role, role: Role, service: str) -> bool:
    request = Request(action="iam:PassRole", resource=role.arn, context={"iam:PassedToService": service})
    return is_allowed(request, caller.statements)


def _names(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal", {})
    return isinstance(principal, dict) and service in listed(principal.get("Service", []))
