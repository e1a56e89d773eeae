"""What can be seen of a part of the platform: symptoms that call somebody, and graphs that explain them."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.validation import require


@dataclass(frozen=True, kw_only=True)
class Symptom:
    """A metric and the value at which it becomes somebody's business; `heading` is the runbook's."""

    heading: str
    what: str
    metric: cloudwatch.IMetric
    at_least: float | None = None
    below: float | None = None
    periods: int = 1
    is_silence_bad: bool = False

    def __post_init__(self) -> None:
        limits = (self.at_least, self.below)
        require(limits.count(None) == 1, f"symptom {self.heading}", limits, "one of at_least and below")

    @property
    def threshold(self) -> float:
        """The value, whichever side of it is bad."""
        return self.at_least if self.at_least is not None else self.below or 0.0


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A widget: metrics on the left and right axis; `limits` are headings whose thresholds are drawn on the left."""

    title: str
    left: Sequence[cloudwatch.IMetric]
    right: Sequence[cloudwatch.IMetric] = ()
    limits: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the platform on the dashboard; `vital` is the one number that tells most of it."""

    title: str
    vital: cloudwatch.IMetric
    symptoms: Sequence[Symptom]
    graphs: Sequence[Graph]

    def symptom(self, heading: str) -> Symptom:
        """The symptom of that heading; raises ConfigError when the section has none."""
        found = {symptom.heading: symptom for symptom in self.symptoms}
        require(heading in found, f"{self.title}: limit of a graph", heading, f"one of {sorted(found)}")
        return found[heading]
