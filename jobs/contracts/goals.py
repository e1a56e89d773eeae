"""Goals of a pipeline's model: what it must reach, how it is compared, and what its mistakes cost."""

from dataclasses import dataclass

from jobs.contracts.metrics import Problem, metric
from jobs.contracts.model import ModelSpec
from jobs.contracts.tables import ContractError

#: The baseline of every model: the mean of the training labels, or the shares of their classes, for every row.
PRIOR = "prior"
#: The fewest days of test rows from which the interval of a confident goal follows.
CONFIDENT_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class MistakeCosts:
    """Cost of one mistake of each type of a binary model, both in the same unit."""

    missed: float
    """Cost of a row of class 1 that is predicted as class 0."""
    false_alarm: float
    """Cost of a row of class 0 that is predicted as class 1."""

    def __post_init__(self) -> None:
        if self.missed < 0 or self.false_alarm < 0:
            raise ContractError(f"costs {self.missed} and {self.false_alarm} of mistakes: allowed are 0 or more")

    def total(self, *, missed: int, false_alarms: int) -> float:
        """The cost of this many mistakes."""
        return missed * self.missed + false_alarms * self.false_alarm


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a metric must reach on the test split: a minimum, a maximum, or an improvement on a baseline.

    `improvement` is a share: 0.1 on a baseline with error 50 asks for an error of at most 45. Where higher is better,
    it is the share of the distance to a perfect 1 that the model must cover: 0.1 on a baseline of 0.4 asks for 0.46.
    """

    metric: str
    minimum: float | None = None
    maximum: float | None = None
    baseline: str | None = None
    improvement: float | None = None
    confident: bool = False
    """Whether the less favourable end of a 95 % interval must reach the goal: of the metric or, with a baseline, of the
    improvement on it."""
    slices: tuple[str, ...] = ()
    """Categorical features; the goal holds for the rows of each of their values instead of for all rows."""

    def __post_init__(self) -> None:
        given = [name for name in ("minimum", "maximum", "baseline") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ContractError(
                f"goal for {self.metric}: received {given or 'no limit'}; "
                "allowed is one of minimum, maximum and baseline"
            )
        if (self.baseline is None) is not (self.improvement is None):
            raise ContractError(f"goal for {self.metric}: baseline and improvement are allowed only together")
        if self.improvement is not None and not 0 <= self.improvement < 1:
            raise ContractError(
                f"goal for {self.metric}: improvement {self.improvement}; allowed is a share from 0 to 1"
            )

    def check(self, model: ModelSpec) -> None:
        """Raise ContractError if the model does not measure the metric, or the goal has the wrong direction."""
        measured = metric(self.metric, model.problem)
        wrong = "maximum" if measured.higher_is_better else "minimum"
        if getattr(self, wrong) is not None:
            right = "minimum" if measured.higher_is_better else "maximum"
            raise ContractError(
                f"goal for {self.metric}: received a {wrong}, but {measured.direction} is better; give a {right}"
            )
        if self.baseline is not None and self.baseline not in (PRIOR, *model.baselines):
            raise ContractError(
                f"goal for {self.metric}: baseline {self.baseline!r} is unknown; "
                f"allowed are {[PRIOR, *sorted(model.baselines)]}"
            )
        unknown = sorted(set(self.slices) - set(model.categorical))
        if unknown:
            raise ContractError(
                f"goal for {self.metric}: slices {unknown} are not categorical features; "
                f"allowed are {sorted(model.categorical)}"
            )


@dataclass(frozen=True, kw_only=True)
class Goals:
    """When a model is approved for use, and when it replaces the champion."""

    goals: tuple[Goal, ...]
    deciding: str
    """Metric by which a model is compared with the champion; it must not depend on a threshold."""
    tolerance: float
    """By how much the deciding metric may be worse than the champion's for a model that is still approved for use."""
    costs: MistakeCosts | None = None
    """Binary models: the threshold is the one of least cost."""
    capacity: float | None = None
    """Binary models: the largest share of rows that may be predicted as class 1, such as 0.15."""

    def __post_init__(self) -> None:
        if self.tolerance < 0:
            raise ContractError(f"tolerance {self.tolerance} of {self.deciding}: allowed is 0 or more")
        if self.capacity is not None and not 0 < self.capacity <= 1:
            raise ContractError(f"capacity {self.capacity}: allowed is a share above 0 and up to 1")

    def check(self, model: ModelSpec) -> None:
        """Raise ContractError unless all goals fit the model."""
        if PRIOR in model.baselines:
            raise ContractError(f"baseline {PRIOR!r} is the platform's own; give the column another name")
        for goal in self.goals:
            goal.check(model)
        if metric(self.deciding, model.problem).needs_decision:
            raise ContractError(
                f"deciding metric {self.deciding!r} depends on a threshold; allowed is a metric that does not"
            )
        if model.problem is Problem.BINARY and self.costs is None:
            raise ContractError("goals of a binary model need costs, from which its threshold follows")
        if model.problem is not Problem.BINARY and (self.costs is not None or self.capacity is not None):
            raise ContractError(f"costs and capacity belong to binary models; this model is {model.problem}")
