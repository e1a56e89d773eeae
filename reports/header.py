"""The head of the page: pipeline and months, the approval decision and the key figures."""

from dataclasses import dataclass
from datetime import UTC, datetime

from reports.blocks import Card, Cards, Document, as_text, count, enumerated, measure, share

_METRICS = (
    ("roc_auc", "ROC AUC", "0.5 equals a random ranking"),
    ("pr_auc", "PR AUC", "a random ranking reaches the share of positives"),
    ("log_loss", "Log loss", "lower is better"),
    ("brier", "Brier score", "lower is better"),
)


@dataclass(frozen=True)
class Header:
    """Title, approval decision and key figures."""

    title: str
    subtitle: str
    decision: str
    state: str
    """`good`, `bad` or `unknown`: the color of the decision."""
    reasons: tuple[str, ...]
    cards: Cards
    runs: tuple[tuple[str, str, str], ...]


def header(summary: Document) -> Header:
    """Return the head of the page of a run."""
    evaluation = summary.get("evaluation") or {}
    approved = evaluation.get("approved")
    runs = tuple(
        (dag_id, as_text(run.get("run_id")), as_text(run.get("run_key")))
        for dag_id, run in (summary.get("runs") or {}).items()
    )
    return Header(
        title=as_text(summary.get("pipeline")).replace("_", " "),
        subtitle=_subtitle(summary),
        decision=_decision(summary),
        state="unknown" if approved is None else "good" if approved else "bad",
        reasons=tuple(str(reason) for reason in evaluation.get("reasons") or ()),
        cards=Cards(tuple(_cards(summary))),
        runs=runs,
    )


def _decision(summary: Document) -> str:
    evaluation = summary.get("evaluation") or {}
    champion = (summary.get("registry") or {}).get("champion")
    current = f"version {champion['version']} is the champion" if champion else "there is no champion yet"
    if "approved" not in evaluation:
        return f"No evaluation was written; {current}."
    version = as_text(evaluation.get("model_version"))
    if not evaluation["approved"]:
        return f"Not approved: version {version} is registered but not used; {current}."
    if champion and str(champion["version"]) == version:
        return f"Approved: version {version} is the champion."
    return f"Approved: version {version} made the predictions of this run; {current}."


def _subtitle(summary: Document) -> str:
    end_times = [str(entry["end"]) for entry in summary.get("timeline") or () if entry.get("end")]
    finished = max((datetime.fromisoformat(end) for end in end_times), default=None)
    when = [f"Finished {finished.astimezone(UTC):%Y-%m-%d %H:%M} UTC."] if finished else []
    return " ".join([*when, *_months(summary)])


def _months(summary: Document) -> list[str]:
    """Return the use of the months; a run of the data DAG alone has no training, tuning and test months."""
    plan = summary.get("plan") or {}
    if not summary.get("evaluation"):
        return [f"Data of {_span(plan['months'])}."] if plan.get("months") else []
    uses = (("train", "trained on"), ("validation", "tuned on"), ("test", "evaluated on"))
    spans = [f"{verb} {_span(plan[name])}" for name, verb in uses if plan.get(name)]
    return [f"{enumerated(spans).capitalize()}."] if spans else []


def _span(months: list[str]) -> str:
    return months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"


def _cards(summary: Document) -> list[Card]:
    metrics, evaluation = summary.get("metrics") or {}, summary.get("evaluation") or {}
    goals = {goal["metric"]: goal for goal in evaluation.get("goals") or ()}
    cards = [
        Card(label, measure(metrics[name]), _goal(goals[name]) if name in goals else note)
        for name, label, note in _METRICS
        if name in metrics
    ]
    test, rates = (evaluation.get("rows") or {}).get("test"), evaluation.get("base_rates") or {}
    if test is not None:
        cards.append(Card("Held-out rows", count(test), f"{share(rates.get('test'))} positive"))
    if trials := (summary.get("tuning") or {}).get("trials"):
        cards.append(Card("Tuning trials", count(len(trials)), "one process each"))
    return cards


def _goal(goal: Document) -> str:
    return f"goal: at least {goal['minimum']}, {'met' if goal['met'] else 'missed'}"
