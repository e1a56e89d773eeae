"""The head of the page: the question, what the run decided about its model, and the key figures."""

from dataclasses import dataclass
from datetime import UTC, datetime

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.metrics import METRICS
from reports.blocks import Card, Cards, Document, as_text, capitalized, count, enumerated, share, span_text
from reports.commands import continue_command
from reports.measures import Measure, as_number, measures
from reports.verdict import verdict

_USES = ((TRAIN, "trained on"), (VALIDATION, "tuned on"), (TEST, "evaluated on"))


@dataclass(frozen=True)
class Header:
    """Title, question, decision and key figures."""

    title: str
    question: str
    subtitle: str
    decision: str
    state: str
    """`good`, `bad` or `unknown`: the color of the decision."""
    failure: tuple[tuple[str, str], ...]
    """Where the log of a failure is and how to run again from there; empty after a run that succeeded."""
    reasons: tuple[str, ...]
    cards: Cards
    runs: tuple[tuple[str, str, str], ...]


def header(summary: Document) -> Header:
    """Return the head of the page of a run."""
    decided = verdict(summary)
    runs = tuple(
        (dag_id, as_text(run.get("run_id")), as_text(run.get("run_key")))
        for dag_id, run in (summary.get("runs") or {}).items()
    )
    return Header(
        title=as_text(summary.get("pipeline")).replace("_", " "),
        question=str(summary.get("question") or ""),
        subtitle=_subtitle(summary),
        decision=decided.sentence,
        state=decided.state,
        failure=_next_steps(summary),
        reasons=tuple(str(reason) for reason in (summary.get("evaluation") or {}).get("reasons") or ()),
        cards=Cards(tuple(_cards(summary))),
        runs=runs,
    )


def _next_steps(summary: Document) -> tuple[tuple[str, str], ...]:
    failure = summary.get("failure")
    if not failure:
        return ()
    return (("Log of the failure", str(failure["log"])), ("Run again from there", continue_command(summary)))


def _subtitle(summary: Document) -> str:
    finished = summary.get("finished")
    when = [f"Finished {datetime.fromisoformat(finished).astimezone(UTC):%Y-%m-%d %H:%M} UTC."] if finished else []
    return " ".join([*when, *_partitions(summary)])


def _partitions(summary: Document) -> list[str]:
    """Return the use of the partitions; a run of the data DAG alone has no training, tuning and test partitions."""
    splits = (summary.get("evaluation") or {}).get("partitions") or {}
    if spans := [f"{verb} {span_text(splits[name])}" for name, verb in _USES if splits.get(name)]:
        return [f"{enumerated(spans).capitalize()}."]
    partitions = (summary.get("plan") or {}).get("partitions")
    return [f"Data of {span_text(partitions)}."] if partitions else []


def _cards(summary: Document) -> list[Card]:
    evaluation = summary.get("evaluation") or {}
    cards = [Card(capitalized(row.title), as_number(row.value), row.goal or _note(row)) for row in measures(summary)]
    if (test := (evaluation.get("rows") or {}).get(TEST)) is not None:
        rate = ((evaluation.get("labels") or {}).get(TEST) or {}).get("base_rate")
        cards.append(Card("Held-out rows", count(test), f"{share(rate)} positive" if rate is not None else ""))
    if trials := (summary.get("tuning") or {}).get("trials"):
        cards.append(Card("Tuning trials", count(len(trials)), "one process each"))
    return cards


def _note(row: Measure) -> str:
    return f"{METRICS[row.name].direction} is better" if row.name in METRICS else ""
