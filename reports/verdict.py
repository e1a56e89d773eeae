"""What a run decided about its model, in one sentence for the terminal and the report."""

from dataclasses import dataclass

from reports.blocks import Document, as_text


@dataclass(frozen=True)
class Verdict:
    """The sentence and whether it is `good`, `bad` or `unknown`, which is its color."""

    sentence: str
    state: str


def verdict(summary: Document) -> Verdict:
    """Return what this run decided: its failure, or what became of its model, and then the champion."""
    if failure := summary.get("failure"):
        return Verdict(f"Failed{_place(failure)}: {as_text(failure.get('reason'))}", "bad")
    evaluation = summary.get("evaluation") or {}
    champion = (summary.get("registry") or {}).get("champion")
    if "approved" not in evaluation:
        now = f"the champion is version {champion['version']}" if champion else "there is no champion yet"
        return Verdict(f"No model was trained in this run; {now}.", "unknown")
    version = as_text(evaluation.get("model_version"))
    stays = f"the champion stays version {champion['version']}" if champion else "there is no champion"
    if not evaluation["approved"]:
        return Verdict(f"Rejected: version {version}, the model of this run, is not used; {stays}.", "bad")
    if champion and str(champion["version"]) == version:
        return Verdict(f"Approved: version {version}, the model of this run, is the champion.", "good")
    return Verdict(f"Approved, but no better than the champion: version {version} meets its goals; {stays}.", "good")


def _place(failure: Document) -> str:
    task, dag_id = failure.get("task_id"), failure.get("dag_id")
    return f" in task {task} of {dag_id}" if task else f" in {dag_id}" if dag_id else ""
