"""Time limits of tasks, of updates of MWAA, and of the workflow that waits for them."""

from collections.abc import Iterator

import yaml

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from common.paths import REPOSITORY
from jobs.contracts.time_limits import UPDATE_MINUTES, longest_task

TASK, DEFAULT = "TaskEndsWithinUpdate", "TaskHasLimit"
RULES = (TASK, DEFAULT)

_OPTION = "core.default_task_execution_timeout"
_WORKFLOW = REPOSITORY / ".github" / "workflows" / "deploy-environment.yml"


def time_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield environments of MWAA whose gracefully replaced workers may run a task for longer than a deployment."""
    longest = longest_task(update=UPDATE_MINUTES, deployment=deployment_minutes())
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] != "AWS::MWAA::Environment":
                continue
            options, where = resource["Properties"].get("AirflowConfigurationOptions", {}), f"{stack}/{logical_id}"
            minutes = int(options.get(_OPTION, 0)) // 60
            if not minutes:
                yield Finding(ASSEMBLY, DEFAULT, where, f"set {_OPTION}, or an update may wait for a task without end")
            elif minutes > longest:
                what = f"a task may run {minutes} minutes; an update and a deployment end in time after {longest}"
                yield Finding(ASSEMBLY, TASK, where, what)


def deployment_minutes() -> int:
    """Return the time limit of the deployment job of the workflow."""
    (job,) = yaml.safe_load(_WORKFLOW.read_text())["jobs"].values()
    return int(job["timeout-minutes"])
