"""The result of a goal: what was measured, whether it is enough, and a sentence about it."""

from dataclasses import asdict, dataclass
from typing import Any

from jobs.contracts.goals import CONFIDENT_DAYS
from jobs.contracts.metrics import METRICS, Metric


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
    baseline: str | None = None
    baseline_value: float | None = None
    improvement: float | None = None
    interval: tuple[float, float] | None = None
    confident: bool = False
    slice: Slice | None = None

    @property
    def margin(self) -> float | None:
        """By how much the value, or the less favourable end of the interval of a confident goal, exceeds the limit."""
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
            return f"{self._metric.title}{self._where} could not be measured, so its goal is not met"
        return f"{self._metric.title}{self._where} is {_text(self.value)}{self._uncertainty}, the goal is {self._goal}"

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
    def _where(self) -> str:
        if self.slice is None:
            return ""
        if self.slice.value is None:
            return f" by {self.slice.dimension}, of which no value has enough rows,"
        return f" for {self.slice.dimension} {self.slice.value}, the least good of {self.slice.values} values,"

    @property
    def _uncertainty(self) -> str:
        if self.interval is not None:
            low, high = self.interval
            return f" (95 % interval {_text(low)} to {_text(high)})"
        return f" (no interval: fewer than {CONFIDENT_DAYS} days)" if self.confident else ""

    @property
    def _goal(self) -> str:
        limit = f"at {'least' if self._metric.higher_is_better else 'most'} {_text(self.limit or 0.0)}"
        end = " for the less favourable end of the interval" if self.confident else ""
        if self.baseline is None:
            return f"{limit}{end}"
        return (
            f"{limit}{end}, which is {self.improvement or 0.0:.0%} better than the {_text(self.baseline_value or 0.0)} "
            f"of {self.baseline}"
        )


def _text(value: float) -> str:
    return f"{value:.4f}" if abs(value) < 10 else f"{value:,.2f}"
