"""The result of a goal: what was measured, whether it is enough, and a sentence about it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from jobs.contracts.goals import CONFIDENT_DAYS
from jobs.contracts.metrics import METRICS, Metric
from jobs.training.bootstrap import Interval


@dataclass(frozen=True, kw_only=True)
class Slice:
    """The value of a feature for which a goal is met with the least margin."""

    dimension: str
    value: str | None
    """None if no value has enough rows."""
    rows: int
    values: int
    """How many values have enough rows."""


@dataclass(frozen=True, kw_only=True)
class GoalResult:
    """A goal with what was measured on the test rows, or on the rows of a slice; None is what could not be measured."""

    metric: str
    limit: float | None
    value: float | None
    interval: Interval | None = None
    baseline: str | None = None
    baseline_value: float | None = None
    improvement: float | None = None
    """The improvement on the baseline that the goal asks for."""
    improvement_value: float | None = None
    improvement_interval: Interval | None = None
    """Narrower than two intervals suggest, because days that are hard for the model are hard for the baseline too."""
    within_day: bool = False
    """Whether the metric is the mean over days of its value in each day."""
    confident: bool = False
    slice: Slice | None = None

    @property
    def margin(self) -> float | None:
        """By how much the goal is exceeded: by the value, or by the less favourable end of a confident goal's interval.

        With a baseline it is a share, so that slices with small and large values can be compared.
        """
        if self.improvement is not None and self._decisive_improvement is not None:
            return self._decisive_improvement - self.improvement
        if self._decisive is None or self.limit is None:
            return None
        return self._metric.gain(self._decisive, self.limit)

    @property
    def met(self) -> bool:
        """Whether the limit is reached; a goal that could not be measured is not met."""
        return self.margin is not None and self.margin >= 0

    @property
    def sentence(self) -> str:
        """What was measured and what the goal is."""
        if self.value is None or self.limit is None:
            return f"{self._what} could not be measured, so its goal is not met"
        measured = f"{self._what} is {number(self.value)}{spread(self.interval, number)}"
        end = " for the less favourable end of the interval" if self.confident else ""
        if self.confident and self.interval is None:
            end += f", which fewer than {CONFIDENT_DAYS} days do not give"
        if self.baseline is None:
            limit = f"at {'least' if self._metric.higher_is_better else 'most'} {number(self.limit)}"
            return f"{measured}, the goal is {limit}{end}"
        better = "" if self.improvement_value is None else f"{_improved(self.improvement_value)} than "
        compared = f"{better}the {number(self.baseline_value or 0.0)} of {self.baseline}"
        aim = f"at least {_improved(self.improvement)}" if self.improvement else "not to be worse"
        return f"{measured}, {compared}{spread(self.improvement_interval, _share)}, the goal is {aim}{end}"

    def to_document(self) -> dict[str, Any]:
        """The result as JSON."""
        facts = {"title": self._metric.title, "direction": self._metric.direction}
        return {**asdict(self), **facts, "met": self.met, "sentence": self.sentence}

    @property
    def _metric(self) -> Metric:
        return METRICS[self.metric]

    @property
    def _decisive(self) -> float | None:
        if not self.confident:
            return self.value
        return None if self.interval is None else self.interval[0 if self._metric.higher_is_better else 1]

    @property
    def _decisive_improvement(self) -> float | None:
        if not self.confident:
            return self.improvement_value
        return None if self.improvement_interval is None else self.improvement_interval[0]

    @property
    def _what(self) -> str:
        return f"{self._metric.title}{' within days' if self.within_day else ''}{self._where}"

    @property
    def _where(self) -> str:
        if self.slice is None:
            return ""
        if self.slice.value is None:
            return f" by {self.slice.dimension}, of which no value has enough rows,"
        return f" for {self.slice.dimension} {self.slice.value}, the least good of {self.slice.values} values,"


def number(value: float) -> str:
    """A metric as text."""
    return f"{value:.4f}" if abs(value) < 10 else f"{value:,.2f}"


def spread(interval: Interval | None, text: Callable[[float], str], of: str = "") -> str:
    """An interval in brackets; nothing if there is none."""
    return f" (95% interval {f'{of} ' if of else ''}{text(interval[0])} to {text(interval[1])})" if interval else ""


def _share(value: float) -> str:
    return f"{value:.1%}"


def _improved(value: float) -> str:
    return f"{_share(abs(value))} {'better' if value >= 0 else 'worse'}"
