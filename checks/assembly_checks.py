"""Every check of a whole environment; each rule must detect a seeded mistake."""

from collections.abc import Callable, Iterable

from checks.assembly import Assembly
from checks.baselines import table_templates
from checks.environment import (
    alarms,
    aws_limits,
    cluster_endings,
    containers,
    idle_connections,
    job_imports,
    named_objects,
    network_reach,
    opt_in,
    service_logs,
    service_roles,
    shared_names,
    shipped_authorities,
    time_budgets,
    tracking_host,
)
from checks.finding import Finding
from checks.permissions import implied_actions, role_policies

#: A check takes the environment and yields findings of the check `ASSEMBLY`, each with one of the rules below.
_CHECKS: tuple[Callable[[Assembly], Iterable[Finding]], ...] = (
    cluster_endings.cluster_findings,
    alarms.alarm_findings,
    aws_limits.limit_findings,
    containers.container_findings,
    idle_connections.keep_alive_findings,
    implied_actions.implied_findings,
    job_imports.import_findings,
    named_objects.named_object_findings,
    network_reach.reach_findings,
    opt_in.opt_in_findings,
    role_policies.role_policy_findings,
    service_logs.service_log_findings,
    service_roles.service_role_findings,
    shared_names.name_findings,
    shipped_authorities.authority_findings,
    table_templates.table_findings,
    time_budgets.time_findings,
    tracking_host.tracking_host_findings,
)
RULES = (
    *cluster_endings.RULES,
    *alarms.RULES,
    *aws_limits.RULES,
    *containers.RULES,
    *idle_connections.RULES,
    *implied_actions.RULES,
    *job_imports.RULES,
    *named_objects.RULES,
    *network_reach.RULES,
    *opt_in.RULES,
    *role_policies.RULES,
    *service_logs.RULES,
    *service_roles.RULES,
    *shared_names.RULES,
    *shipped_authorities.RULES,
    *table_templates.RULES,
    *time_budgets.RULES,
    *tracking_host.RULES,
)


def assembly_findings(assembly: Assembly) -> set[Finding]:
    """Return the findings of every check of whole environments."""
    return {finding for check in _CHECKS for finding in check(assembly)}
