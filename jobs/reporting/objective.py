"""The problem of an evaluated model, its metrics, and the one that decides."""

from collections.abc import Iterator
from typing import Any

from jobs.contracts.metrics import METRICS, Metric, Problem
from jobs.reporting.text import Document

#: The metric that stands for a problem where a document names none.
_FIRST = {Problem.BINARY: "roc_auc", Problem.MULTICLASS: "accuracy", Problem.REGRESSION: "mae"}


def problem_of(document: Document) -> Problem:
    """Return the problem that the evaluated model solves."""
    return Problem(str(document.get("problem") or Problem.BINARY))


def objective_of(document: Document) -> Metric:
    """Return the metric by which trials, the champion and slices are compared."""
    name = part(document, "objective").get("metric")
    return METRICS.get(str(name)) or METRICS[_FIRST[problem_of(document)]]


def metrics_of(document: Document, *, with_decision: bool = False) -> list[Metric]:
    """Return the metrics of the problem, the objective first; those that need a threshold only if wanted."""
    problem, objective = problem_of(document), objective_of(document)
    known = [each for each in METRICS.values() if problem in each.problems and each != objective]
    return [objective, *(each for each in known if with_decision or not each.needs_decision)]


def title_of(name: str) -> str:
    """Return the title of a metric."""
    return METRICS[name].title if name in METRICS else name.replace("_", " ")


def part(document: Document, *names: str) -> Document:
    """Return a nested object of the document; an empty one if it is absent."""
    found: Any = document
    for name in names:
        found = found.get(name) if hasattr(found, "get") else None
    return found or {}


def entries(document: Document, *names: str) -> list[Document]:
    """Return a nested list of objects of the document; an empty one if it is absent."""
    return list(part(document, *names[:-1]).get(names[-1]) or ())


def named_baselines(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Yield name, title and content of each baseline."""
    for name, baseline in part(document, "baselines").items():
        yield name, str(baseline.get("title") or name.replace("_", " ")), baseline
