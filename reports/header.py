"""The head of the page: what was run, what came of it, and the numbers that decide."""

from dataclasses import dataclass
from datetime import UTC, datetime

from reports.blocks import Card, Cards, Document, count, in_words, measure, share, written

_METRICS = (
    ("roc_auc", "ROC AUC", "ranking; 0.5 is chance"),
    ("pr_auc", "PR AUC", "precision over recall; chance is the share of positives"),
    ("log_loss", "Log loss", "lower is better"),
    ("brier", "Brier score", "lower is better"),
)


@dataclass(frozen=True)
class Header:
    """Title, verdict and cards."""

    title: str
    subtitle: str
    verdict: str
    state: str
    """`good`, `bad` or `unknown`: the colour of the verdict."""
    reasons: tuple[str, ...]
    cards: Cards
    runs: tuple[tuple[str, str, str], ...]


def header(summary: Document) -> Header:
    """The head of a run's page."""
    evaluation = summary.get("evaluation") or {}
    approved = evaluation.get("approved")
    runs = tuple(
        (dag_id, written(run.get("run_id")), written(run.get("run_key")))
        for dag_id, run in (summary.get("runs") or {}).items()
    )
    return Header(
        title=written(summary.get("pipeline")).replace("_", " "),
        subtitle=_subtitle(summary),
        verdict=_verdict(summary),
        state="unknown" if approved is None else "good" if approved else "bad",
        reasons=tuple(str(reason) for reason in evaluation.get("reasons") or ()),
        cards=Cards(tuple(_cards(summary))),
        runs=runs,
    )


def _verdict(summary: Document) -> str:
    evaluation = summary.get("evaluation") or {}
    champion = (summary.get("registry") or {}).get("champion")
    current = f"version {champion['version']} is the champion" if champion else "there is no champion yet"
    if "approved" not in evaluation:
        return f"No evaluation was written; {current}."
    version = written(evaluation.get("model_version"))
    if not evaluation["approved"]:
        return f"Not approved: version {version} is registered but not used; {current}."
    if champion and str(champion["version"]) == version:
        return f"Approved: version {version} is the champion."
    return f"Approved: version {version} made the predictions of this run; {current}."


def _subtitle(summary: Document) -> str:
    ends = [str(entry["end"]) for entry in summary.get("timeline") or () if entry.get("end")]
    finished = max((datetime.fromisoformat(end) for end in ends), default=None)
    when = [f"Finished {finished.astimezone(UTC):%Y-%m-%d %H:%M} UTC."] if finished else []
    return " ".join([*when, *_months(summary)])


def _months(summary: Document) -> list[str]:
    """What the months of the run were used for; a run of the data DAG alone only takes them in."""
    plan = summary.get("plan") or {}
    if not summary.get("evaluation"):
        return [f"Data of {_span(plan['months'])}."] if plan.get("months") else []
    uses = (("train", "trained on"), ("validation", "tuned on"), ("test", "judged on"))
    spans = [f"{verb} {_span(plan[name])}" for name, verb in uses if plan.get(name)]
    return [f"{in_words(spans).capitalize()}."] if spans else []


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
