"""Actions that a parameter of a resource or request requires of a role, one row of `implied_actions.toml` each.

A row selects documents by `where`: resource types, or requests that are rendered into a template. Each value at a path
of `when` is one fact, which requires every action of `needs` on its resource, with the condition keys that the service
sends. `only` selects the documents whose properties match patterns. `{value}` is the value at `when`, or at `of`;
`{arn}` the ARN of a value that is an S3 URI; other names in braces are properties of the document.

Who needs the actions is one of: `role`, the purpose of a role; `role_at`, the property that holds its ARN; `callers`,
all roles that may call an action on the resource `on`; `passed_to`, all roles that Airflow passes to a service;
`service`, a service principal, to which the policy of the key must give them.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from checks.permissions.iam_decision import Request, is_allowed, matches
from checks.permissions.implied_documents import Document, documents_of, key_policies
from checks.permissions.implied_principals import Fillings, Principal, Principals, Row
from checks.permissions.policies import Template, listed
from checks.permissions.roles import roles_of
from checks.template_values import values_at
from infra.names import PlatformNames

ROWS: Mapping[str, Row] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
RULES = tuple(ROWS)


@dataclass(frozen=True, kw_only=True)
class Need:
    """A request that a document requires its principal to be allowed, by the rule of a row."""

    rule: str
    where: str
    principal: Principal
    request: Request

    @property
    def is_met(self) -> bool:
        """Whether the policies of the principal allow the request."""
        return is_allowed(self.request, self.principal.statements)

    def __str__(self) -> str:
        context = ", ".join(f"{key}={value}" for key, value in sorted(self.request.context.items()))
        what = f"{self.principal.name} needs {self.request.action} on {self.request.resource}"
        return f"{what} with {context}" if context else what


def implied_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield each action that a document requires and that a role, or the policy of a key, does not give."""
    for need in implied_needs(assembly.templates, PlatformNames.of(assembly.config)):
        if not need.is_met:
            yield Finding(ASSEMBLY, need.rule, need.where, str(need))


def implied_needs(templates: Mapping[str, Template], names: PlatformNames) -> Iterator[Need]:
    """Yield what the documents of an environment require."""
    principals = Principals(roles=roles_of(templates, names), keys=key_policies(templates, names))
    for document in documents_of(templates, names):
        for rule, row in ROWS.items():
            if document.kind in listed(row["where"]) and _is_selected(row, document):
                for fillings in _facts(row, document, names):
                    chosen = list(principals.of(row, document, fillings))
                    for request in _requests(row, fillings):
                        for each in chosen:
                            yield Need(rule=rule, where=document.where, principal=each, request=request)


def _is_selected(row: Row, document: Document) -> bool:
    patterns = row.get("only", {})
    return all(matches(pattern, str(document.content.get(name))) for name, pattern in patterns.items())


def _facts(row: Row, document: Document, names: PlatformNames) -> Iterator[Fillings]:
    for path in listed(row["when"]):
        for found in filter(None, values_at(document.content, path)):
            value = next(values_at(document.content, row["of"])) if "of" in row else found
            plain = {key: str(item) for key, item in document.content.items() if isinstance(item, str)}
            place = {"region": names.region, "account": names.account, "images": names.images_repository}
            arn = f"arn:aws:s3:::{str(value).removeprefix('s3://')}"
            yield Fillings({**plain, **place, "value": str(value), "arn": arn})


def _requests(row: Row, fillings: Fillings) -> Iterator[Request]:
    for need in row["needs"]:
        resource = need["resource"].format_map(fillings)
        context = {key: value.format_map(fillings) for key, value in need.get("context", {}).items()}
        for action in need["actions"]:
            yield Request(action=action, resource=resource, context=context)
