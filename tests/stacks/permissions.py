"""Reads the permissions of a role from the policies of a synthesized template."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from infra.names import PlatformNames
from infra.pipeline_scope import pipeline_stack
from jobs.contracts.access import JobKind
from jobs.contracts.pipeline import pipeline_names
from jobs.contracts.tables import TABLE_ZONES, Zone
from tests.stacks.templates import Template, listed, resolved, resources

#: The last word in the name of the database of offline stores.
_FEATURE_STORE = "store"


class Permissions:
    """The statements of a role's managed policies in one template; `role` is the name of the role."""

    def __init__(self, names: PlatformNames, template: Template, role: str) -> None:
        self._names = names
        policies = resources(template, "AWS::IAM::ManagedPolicy")
        named = [policy for policy in policies if policy["ManagedPolicyName"] == role]
        self._statements = [each for policy in named for each in policy["PolicyDocument"]["Statement"]]

    def granting(self, action: str) -> list[dict[str, Any]]:
        """Return the statements that allow an action."""
        return [statement for statement in self._statements if action in listed(statement["Action"])]

    def zones(self, action: str) -> set[Zone]:
        """Return the zones on which an action is allowed; `artifacts` only if the whole bucket is the resource."""
        zones = set()
        for arn in self._arns(action):
            bucket, _, key = arn.removeprefix("arn:aws:s3:::").partition("/")
            zone = next((zone for zone in Zone if self._names.bucket(zone) == bucket), None)
            if zone is not None and (zone is not Zone.ARTIFACTS or not key):
                zones.add(zone)
        return zones

    def folders(self, action: str) -> set[str]:
        """Return the folders of the artifacts bucket in which an action is allowed on objects."""
        prefix = f"arn:aws:s3:::{self._names.bucket(Zone.ARTIFACTS)}/"
        return {arn.removeprefix(prefix).split("/")[0] for arn in self._arns(action) if arn.startswith(prefix)}

    def databases(self, action: str) -> set[str]:
        """Return the zones (or `store` for offline stores) whose Glue tables an action is allowed on."""
        tables = [arn.split(":table/")[1].split("/") for arn in self._arns(action) if ":table/" in arn]
        return {name.rsplit("_", 1)[1] for name, _ in tables}

    @staticmethod
    def databases_of(zones: Iterable[Zone]) -> set[str]:
        """Return the result of `databases` that a contract with these zones implies."""
        databases = {str(zone) for zone in zones if zone in TABLE_ZONES}
        return databases | ({_FEATURE_STORE} if Zone.FEATURES in databases else set())

    def _arns(self, action: str) -> list[str]:
        return [resolved(arn) for statement in self.granting(action) for arn in listed(statement["Resource"])]


def job_permissions(
    names: PlatformNames, templates: Mapping[str, Template]
) -> Iterator[tuple[str, JobKind, Permissions]]:
    """Yield the permissions of every job kind of every pipeline of this repository."""
    for pipeline in pipeline_names():
        template = templates[pipeline_stack(pipeline)]
        for kind in JobKind:
            yield pipeline, kind, Permissions(names, template, names.job_role(pipeline, kind))
