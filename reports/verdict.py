"""What a run ended with: its failure, or the verdict on its model, for the page and the terminal."""

from dataclasses import replace

from jobs.reporting.objective import part
from jobs.reporting.text import Document, as_text
from jobs.reporting.verdict import Step, Verdict, verdict_of
from reports.commands import continue_command

_IN_USE = Step("Nothing needs to be done: the version is approved, and the next scoring run uses it.")


def verdict(summary: Document) -> Verdict:
    """Return the failure of a run, or what became of its model, and what to do next."""
    evaluation = part(summary, "evaluation")
    champion = part(summary, "registry", "champion").get("version")
    if failure := part(summary, "failure"):
        return _failed(summary, failure, verdict_of(evaluation) if evaluation else None)
    decided = verdict_of(evaluation)
    if "approved" not in evaluation:
        now = f"the champion is version {champion}" if champion else "there is no champion yet"
        return replace(decided, sentence=f"No model was trained in this run; {now}.")
    version = as_text(evaluation.get("model_version"))
    if evaluation.get("is_champion") and str(champion) == version:
        return replace(
            decided, sentence=f"Version {version}, the model of this run, is the champion.", steps=(_IN_USE,)
        )
    return decided


def _failed(summary: Document, failure: Document, model: Verdict | None) -> Verdict:
    steps = [Step("Run again from there:", continue_command(summary))]
    if failure.get("log"):
        steps.insert(0, Step("Log:", str(failure["log"])))
    reasons = (f"Before the failure: {model.word.lower()}. {model.sentence}",) if model else ()
    return Verdict("bad", "Failed", f"{_place(failure)}{as_text(failure.get('reason'))}", reasons, tuple(steps))


def _place(failure: Document) -> str:
    task, dag_id = failure.get("task_id"), failure.get("dag_id")
    return f"Task {task} of {dag_id}: " if task else f"{dag_id}: " if dag_id else ""
