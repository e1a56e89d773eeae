"""Log groups that roles may create: where the settings ask for it, a stack creates each before a service does."""

import re
from collections.abc import Iterator

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from checks.permissions.policies import statements

LOGS = "ServiceLogsExpire"
RULES = (LOGS,)

#: Groups that no template needs to name: Glue derives the names of a job's groups from its security configuration and
#: role, MWAA's groups have a wildcard for the component, and RDS keeps its metrics for 30 days (RDS user guide,
#: enhanced monitoring).
_LEFT_OUT = ("/aws-glue/jobs/", "airflow-", "RDSOSMetrics")


def service_log_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield log groups that a role may create and that no template creates with a retention period and a key."""
    if not assembly.config.retention.service_logs:
        return
    created = {
        resource["Properties"]["LogGroupName"]
        for template in assembly.templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    }
    for stack, template in assembly.templates.items():
        for statement in statements(template):
            if "logs:CreateLogGroup" not in statement.actions or not statement.is_identity:
                continue
            for arn in statement.resources:
                name = re.sub(r"(:\*|\*)$", "", arn.partition(":log-group:")[2])
                if name and name not in created and not name.startswith(_LEFT_OUT):
                    what = (
                        f"{name} may be created by a service, without retention; create it with infra/service_logs.py"
                    )
                    yield Finding(ASSEMBLY, LOGS, f"{stack}/{statement.resource_id}", what)
