"""The section on lineage: what the model was made of, and where it is recorded."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.reporting.blocks import Block, Table, Text, columns, identifier, span_cell
from jobs.reporting.charts.markup import element
from jobs.reporting.objective import part
from jobs.reporting.text import Document, count, moment, number, share

#: Ids and addresses in the document, with their labels.
_IDENTIFIERS = (
    ("model_name", "registered model"),
    ("model_version", "version"),
    ("dag_run_id", "DAG run"),
    ("tuning_job", "tuning job"),
    ("dataset_uri", "data set"),
    ("code_uri", "Spark code"),
    ("training_image", "training image"),
)


@dataclass(frozen=True)
class Tracking:
    """The address of MLflow, and how to start it."""

    url: str = ""
    hint: str = ""


def lineage(document: Document, tracking: Tracking) -> list[Block]:
    """Return splits, ids and snapshots; with the address of MLflow, a link to the run."""
    rows = tuple((label, identifier(document[name])) for name, label in _IDENTIFIERS if document.get(name))
    run = document.get("run_id")
    if run:
        rows = (("MLflow run", _run(document, tracking.url) or identifier(run)), *rows)
    blocks: list[Block] = [Text(_period(document))] if document.get("learnt_until") else []
    if splits := tuple(_splits(document)):
        blocks.append(Table("Splits", columns("split", "partitions", "#rows", "label"), splits))
    if rows:
        note = Markup(" ").join(["A click on an id selects all of it.", tracking.hint])
        blocks.append(Table("Where it is recorded", columns("what", "id"), rows, note=note))
    if fitted := part(document, "fitted"):
        chosen = tuple((str(name).replace("_", " "), number(value)) for name, value in fitted.items())
        blocks.append(Table("Chosen by fitting", columns("what", "#value"), chosen))
    snapshots = tuple((name, identifier(value)) for name, value in part(document, "snapshots").items())
    if snapshots:
        title = "Snapshots of the tables that it learnt from"
        blocks.append(Table(title, columns("table", "snapshot"), snapshots, folded=True))
    return blocks or [Text("The evaluation records no lineage.")]


def _run(document: Document, tracking_url: str) -> Markup | None:
    experiment = document.get("experiment_id")
    if not tracking_url.startswith(("http://", "https://")) or not experiment:
        return None
    address = f"{tracking_url.rstrip('/')}/#/experiments/{experiment}/runs/{document['run_id']}"
    return identifier(document["run_id"]) + " " + element("a", "open in MLflow", href=address)


def _period(document: Document) -> str:
    return (
        f"The model has learnt from rows with prediction times from {moment(document.get('learnt_from'))} to "
        f"{moment(document.get('learnt_until'))}."
    )


def _splits(document: Document) -> Iterator[tuple[str, ...]]:
    for name in (TRAIN, VALIDATION, TEST):
        span = part(document, "partitions").get(name)
        known = part(document, "rows").get(name)
        if span or known is not None:
            yield (name, span_cell(span) if span else "-", count(known), _label(part(document, "labels", name)))


def _label(summary: Document) -> str:
    if summary.get("base_rate") is not None:
        return f"{share(summary['base_rate'])} class 1"
    if summary.get("mean") is not None:
        return f"mean {number(summary['mean'])}"
    return ", ".join(f"{name} {share(value)}" for name, value in part(summary, "shares").items())
