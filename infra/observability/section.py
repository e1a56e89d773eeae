"""One part of the platform on the dashboard: its headline metric, its alarms and the graphs that explain them."""

import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.validation import require

#: Words that contradict `at_least`, whose limit itself raises the alarm, and words that contradict `below`. A literal
#: number after a comparison would not change with the limit.
_NOT_BELOW = re.compile(r"(?i)\b(more than|over|above|exceeds) \S*\d|\b(less|fewer) than \S*\d|\bat least \d")
_NOT_AT_LEAST = re.compile(r"(?i)\b(more than|over|above|at least|exceeds) \S*\d")


@dataclass(frozen=True)
class MetricAlarm:
    """An alarm on a metric; `heading` names both the alarm and its heading in the runbook.

    Exactly one of `at_least` and `below` is set, and the description agrees with it; otherwise ConfigError is raised.
    In the description, `{limit}` stands for the comparison, such as "at least 5". `periods` are consecutive periods of
    the metric. `missing_is_breaching` also raises the alarm when data is missing.
    """

    heading: str
    description: str
    metric: cloudwatch.IMetric
    _: KW_ONLY
    at_least: float | None = None
    below: float | None = None
    periods: int = 1
    missing_is_breaching: bool = False

    def __post_init__(self) -> None:
        limits = (self.at_least, self.below)
        require(limits.count(None) == 1, f"alarm {self.heading}", limits, "exactly one of at_least and below")
        contradictions = _NOT_BELOW if self.below is None else _NOT_AT_LEAST
        allowed = "{limit}, or words that agree with at_least (at least) or below (less than, fewer than)"
        require(not contradictions.search(self.description), f"text of alarm {self.heading}", self.description, allowed)

    @property
    def text(self) -> str:
        """The description with its limit."""
        words = f"at least {self.at_least:g}" if self.at_least is not None else f"less than {self.below or 0:g}"
        text = self.description.replace("{limit}", words)
        return text[:1].upper() + text[1:]

    @property
    def threshold(self) -> float:
        """The limit that is set, `at_least` or `below`."""
        return self.at_least if self.at_least is not None else self.below or 0.0


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A graph widget; `limits` are headings of alarms whose thresholds are drawn on the left axis."""

    title: str
    left: Sequence[cloudwatch.IMetric]
    right: Sequence[cloudwatch.IMetric] = ()
    limits: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A row of the dashboard; `headline` is the metric shown as a single number at the top."""

    title: str
    headline: cloudwatch.IMetric
    alarms: Sequence[MetricAlarm]
    graphs: Sequence[Graph]

    def alarm(self, heading: str) -> MetricAlarm:
        """The alarm with that heading; raises ConfigError when the section has none."""
        by_heading = {alarm.heading: alarm for alarm in self.alarms}
        require(heading in by_heading, f"{self.title}: limit of a graph", heading, f"one of {sorted(by_heading)}")
        return by_heading[heading]
