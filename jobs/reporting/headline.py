"""The result of a model in one line: its deciding metric with an interval, beside baselines and champion."""

from dataclasses import dataclass
from typing import Any

from jobs.contracts.metrics import Metric
from jobs.reporting.objective import named_baselines, objective_of, part
from jobs.reporting.text import ABSENT, Document, aligned, interval, number, share, with_interval


@dataclass(frozen=True)
class Compared:
    """The deciding metric of a baseline or of the champion, and of the model on the same rows."""

    title: str
    value: Any
    own: Any
    gain: str
    """How much better or worse the model is, in words."""


@dataclass(frozen=True)
class Headline:
    """The deciding metric of the model."""

    metric: Metric
    value: Any
    interval: Any
    day_value: Any
    day_interval: Any
    compared: tuple[Compared, ...]

    @property
    def text(self) -> str:
        """The value with its interval."""
        return with_interval(self.value, self.interval)


def headline(document: Document) -> Headline | None:
    """Return the headline of an evaluation, or None if its deciding metric was not measured."""
    metric = objective_of(document)
    value = part(document, "metrics").get(metric.name)
    if value is None:
        return None
    days = part(document, "within_day", metric.name)
    compared = [*_champion(document, metric), *_baselines(document, metric)]
    ends = part(document, "intervals").get(metric.name)
    return Headline(metric, value, ends, days.get("value"), days.get("interval"), tuple(compared))


def _champion(document: Document, metric: Metric) -> list[Compared]:
    champion = part(document, "champion_before")
    value = part(champion, "metrics").get(metric.name)
    if value is None:
        return []
    own = part(champion, "own_metrics").get(metric.name)
    gain = part(champion, "gain")
    words = _gain(gain.get("value") if gain else _difference(metric, own, value), gain.get("interval"))
    return [Compared(f"champion, version {champion.get('version')}", value, own, words)]


def _baselines(document: Document, metric: Metric) -> list[Compared]:
    found = []
    for name, title, baseline in named_baselines(document):
        value = part(baseline, "metrics").get(metric.name)
        own = part(baseline, "model_metrics").get(metric.name, part(document, "metrics").get(metric.name))
        if value is not None:
            found.append(Compared(title or name, value, own, _improvement(baseline, metric, value, own)))
    return found


def _improvement(baseline: Document, metric: Metric, value: float, own: float | None) -> str:
    improvement = part(baseline, "improvement")
    amount = improvement.get("value") if improvement else None
    if amount is None:
        return _gain(_difference(metric, own, value), None)
    words = f"{share(abs(amount))} {'better' if amount >= 0 else 'worse'}"
    return words + _surely(amount, interval(improvement.get("interval"), share))


def _difference(metric: Metric, own: float | None, value: float) -> float | None:
    return None if own is None else metric.gain(own, value)


def _gain(amount: float | None, ends: Any) -> str:
    if amount is None:
        return ABSENT
    form = aligned([amount, *ends]) if ends else number
    words = "equal" if amount == 0 else f"{'better' if amount > 0 else 'worse'} by {form(abs(amount))}"
    return words + _surely(amount, interval(ends, form))


def _surely(amount: float, ends: str) -> str:
    """Return the interval in brackets; its ends are gains, which is said where the model is worse."""
    return "" if ends == ABSENT else f" ({'' if amount > 0 else 'gain, '}95%: {ends})"
