"""The page of a model, made of its evaluation alone."""

from collections.abc import Iterator

from jobs.contracts.metrics import Problem
from jobs.reporting.blocks import Card, Notice, Section
from jobs.reporting.headline import headline
from jobs.reporting.objective import entries, part, problem_of
from jobs.reporting.page import Page, page_text
from jobs.reporting.sections.classes import classes
from jobs.reporting.sections.comparison import comparison
from jobs.reporting.sections.decision import decision
from jobs.reporting.sections.goals import goals
from jobs.reporting.sections.importance import importance
from jobs.reporting.sections.lineage import Tracking, lineage
from jobs.reporting.sections.over_time import over_time
from jobs.reporting.sections.residuals import residuals
from jobs.reporting.sections.slices import slices
from jobs.reporting.sections.tuning import tuning
from jobs.reporting.sections.validation import validation
from jobs.reporting.text import Document, capitalized, count, interval, number, sentence, span_text
from jobs.reporting.verdict import verdict_of

_PREDICTIONS = {
    Problem.BINARY: ("Decision", decision),
    Problem.MULTICLASS: ("Classes", classes),
    Problem.REGRESSION: ("Errors", residuals),
}


def model_page(document: Document) -> str:
    """Return the page of an evaluation as one self-contained HTML text."""
    page = Page(
        title=title_of_pipeline(document.get("pipeline")),
        question=str(document.get("question") or ""),
        subtitle=subtitle(document),
        verdict=verdict_of(document),
        cards=model_cards(document),
        notices=suspicions(document),
        sections=model_sections(document),
    )
    return page_text(page)


def model_sections(document: Document, tracking: Tracking | None = None) -> list[Section]:
    """Return the sections on the model, in the order in which a reader asks; none without an evaluation."""
    if not document:
        return []
    title, predictions = _PREDICTIONS[problem_of(document)]
    return [
        Section("Goals", goals(document)),
        Section("Metrics", comparison(document)),
        Section("Over time", over_time(document)),
        Section(title, predictions(document)),
        Section("Slices", slices(document)),
        Section("Features", importance(document)),
        Section("Validation", validation(document)),
        Section("Tuning", tuning(document)),
        Section("Lineage", lineage(document, tracking or Tracking())),
    ]


def title_of_pipeline(name: object) -> str:
    """Return the name of a pipeline as a title."""
    return capitalized(str(name or "model").replace("_", " "))


def subtitle(document: Document) -> str:
    """Return the use of the partitions and the number of rows."""
    uses = (("train", "learnt from"), ("validation", "tuned on"), ("test", "evaluated on"))
    spans = part(document, "partitions")
    words = [f"{verb} {span_text(spans[name])}" for name, verb in uses if spans.get(name)]
    rows = part(document, "rows").get("test")
    held = f" ({count(rows)} rows that training and tuning did not use)" if rows is not None else ""
    return sentence(f"{', '.join(words)}{held}") if words else ""


def suspicions(document: Document) -> tuple[Notice, ...]:
    """Return a notice of the features and slices that look too good to be true; none if there are none."""
    found = tuple(
        sentence(str(each.get("sentence") or each.get("feature"))) for each in entries(document, "suspicions")
    )
    return (Notice("Too good to be true? Check for a leak before using this model", found),) if found else ()


def model_cards(document: Document) -> tuple[Card, ...]:
    """Return the key figures: the deciding metric beside baselines and champion, and the number of goals met."""
    return tuple(_cards(document))


def _cards(document: Document) -> Iterator[Card]:
    found = headline(document)
    if found:
        sure = [f"95%: {interval(found.interval)}"] if found.interval else []
        note = "; ".join([*sure, f"{found.metric.direction} is better"])
        yield Card(capitalized(found.metric.title), number(found.value), note)
        if found.day_value is not None:
            sure = [f"95%: {interval(found.day_interval)}"] if found.day_interval else []
            yield Card("Within days", number(found.day_value), "; ".join([*sure, "mean over the days"]))
        for each in found.compared[:3]:
            yield Card(capitalized(each.title), number(each.value), f"the model is {each.gain}")
    if goals_known := entries(document, "goals"):
        met = sum(1 for goal in goals_known if goal.get("met"))
        yield Card("Goals met", f"{met} of {len(goals_known)}")
