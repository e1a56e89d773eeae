"""The commands with which a run is repeated, or continued from the task that failed."""

from jobs.contracts.columns import TEST, VALIDATION
from jobs.reporting.text import Document
from local.run_plan import KINDS
from local.services.dag_part import Part

_CLI = ".venv/main/bin/python -m cli"


def continue_command(summary: Document) -> str:
    """Return the command that runs the failed task and those after it again; without a failed task, the whole run."""
    failure = summary.get("failure") or {}
    run = (summary.get("runs") or {}).get(failure.get("dag_id"))
    if not failure.get("task_id") or not run:
        return repeat_command(summary)
    part = Part(failure["task_id"], onward=True, run=run["run_key"])
    return " ".join([_CLI, "run", str(summary.get("pipeline")), *part.options])


def repeat_command(summary: Document) -> str:
    """Return the command that repeats the whole run."""
    plan, words = summary.get("plan") or {}, [_CLI, "run", str(summary.get("pipeline") or "")]
    if part := plan.get("part"):
        words += Part(**part).options
    if partitions := plan.get("partitions"):
        words += ["--first", partitions[0], "--last", partitions[-1]]
        for split in (VALIDATION, TEST):
            if span := (plan.get("splits") or {}).get(split):
                first, _, last = span.partition(":")
                words += [f"--{split}", str(sum(first <= each <= last for each in partitions))]
        words += ["--trials", str(plan.get("trials"))]
    kinds = plan.get("kinds") or KINDS
    if tuple(kinds) != KINDS:
        words += [part for kind in kinds for part in ("--dag", kind)]
    return " ".join(word for word in words if word)
