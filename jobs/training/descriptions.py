"""Names and descriptions of runs, models and versions in MLflow, in Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.contracts.metrics import METRICS
from jobs.contracts.pipeline import Pipeline
from jobs.training.goal_result import number

_READ = (
    "`report.html` among the artifacts shows goals, baselines, slices and features. Metrics `test_*` are those of the "
    "test rows, which only this run has read. The trials are nested below this run; their metrics `validation_*` are "
    "means over rolling origins."
)


def run_name(pipeline: str, partitions: Mapping[str, Sequence[str]], key: str) -> str:
    """The name of a final run: pipeline, partitions of the test, and the digest in the key of its DAG run."""
    test = partitions.get("test", ())
    span = f" test {test[0]} to {test[-1]}" if test else ""
    return f"{pipeline}{span} {key.rpartition('-')[2]}"


def trial_name(position: int, parameters: Mapping[str, str], searched: Sequence[str]) -> str:
    """The name of a trial: its position in order of start, and the parameters that were searched."""
    values = ", ".join(f"{name} {_short(parameters[name])}" for name in searched if name in parameters)
    return f"trial {position}: {values}" if values else f"trial {position}"


def of_run(document: Mapping[str, Any]) -> str:
    """The description of a final run: question, verdict, metrics, and how to read it."""
    reasons = "\n".join(f"- {reason}" for reason in document["reasons"])
    return f"**{document['question']}**\n\n{_verdict(document)}\n\n{reasons}\n\n{_table(document)}\n\n{_READ}"


def of_model(pipeline: Pipeline) -> str:
    """The description of a registered model."""
    spec = pipeline.model
    return (
        f"**{pipeline.description}**\n\nPredicts `{spec.label}` ({spec.problem}) from {len(spec.features)} features. "
        "The alias `champion` names the version that scores; the tags of a version have its decision and lineage."
    )


def of_version(document: Mapping[str, Any]) -> str:
    """The description of a version: what it predicts, what it has learnt from, and its metrics on test rows."""
    return (
        f"Predicts `{document['prediction']}` for the question: {document['question']}\n\n{_verdict(document)}\n\n"
        f"It has learnt from rows of {document['learnt_from']} to {document['learnt_until']}.\n\n{_table(document)}"
    )


def _verdict(document: Mapping[str, Any]) -> str:
    if document["is_champion"]:
        return "**Approved**: it becomes the champion when it is promoted."
    return "**Approved**, but the champion stays." if document["approved"] else "**Refused**."


def _table(document: Mapping[str, Any]) -> str:
    rows = [
        f"| {METRICS[name].title} | {number(value)} | {_interval(document['intervals'].get(name))} |"
        for name, value in document["metrics"].items()
        if name in METRICS and value is not None
    ]
    return "\n".join(["| test metric | value | 95% interval |", "| --- | --- | --- |", *rows])


def _interval(ends: Sequence[float] | None) -> str:
    return f"{number(ends[0])} to {number(ends[1])}" if ends else ""


def _short(text: str) -> str:
    try:
        return f"{float(text):.3g}"
    except ValueError:
        return text
