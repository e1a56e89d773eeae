"""Goals of a pipeline's model: what it must reach, and what its mistakes cost."""

from dataclasses import dataclass

from jobs.contracts.metrics import Problem, metric
from jobs.contracts.model import ModelSpec
from jobs.contracts.tables import ContractError

#: The baseline of every model: the mean of the training labels, or the shares of their classes, for every row.
PRIOR = "prior"
#: The other baseline of every model: a regularised linear model of the same transformed features.
LINEAR = "linear"
#: The fewest days of test rows from which an interval follows.
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
    within_day: bool = False
    """Whether the metric is the mean over days of its value in each day, so that knowing a bad day from a good one does
    not count."""
    confident: bool = False
    """Whether the less favourable end of a 95% interval must reach the goal: of the metric or, with a baseline, of the
    improvement on it."""
    slices: tuple[str, ...] = ()
    """Categorical features, or the partition column; the goal holds for the rows of each of their values instead of for
    all rows."""

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

    def check(self, model: ModelSpec, partition_column: str) -> None:
        """Raise ContractError if the model does not measure the metric, or the goal has the wrong direction."""
        measured = metric(self.metric, model.problem)
        wrong = "maximum" if measured.higher_is_better else "minimum"
        if getattr(self, wrong) is not None:
            right = "minimum" if measured.higher_is_better else "maximum"
            raise ContractError(
                f"goal for {self.metric}: received a {wrong}, but {measured.direction} is better; give a {right}"
            )
        if self.baseline is not None and self.baseline not in (PRIOR, LINEAR, *model.baselines):
            raise ContractError(
                f"goal for {self.metric}: baseline {self.baseline!r} is unknown; "
                f"allowed are {[PRIOR, LINEAR, *sorted(model.baselines)]}"
            )
        dimensions = {*model.categorical, partition_column}
        unknown = sorted(set(self.slices) - dimensions)
        if unknown:
            raise ContractError(
                f"goal for {self.metric}: slices {unknown} are neither categorical features nor the partition column; "
                f"allowed are {sorted(dimensions)}"
            )
        if self.within_day and measured.needs_decision:
            raise ContractError(
                f"goal for {self.metric}: within_day is measured for metrics that do not depend on a threshold"
            )


@dataclass(frozen=True, kw_only=True)
class Goals:
    """What a model must reach to be approved for use, and what follows from its mistakes.

    Champion and challenger are compared by the objective of the model.
    """

    goals: tuple[Goal, ...]
    costs: MistakeCosts | None = None
    """Binary models: the threshold is the one of least cost."""
    capacity: float | None = None
    """Binary models: the largest share of rows that may be predicted as class 1, such as 0.15."""

    def __post_init__(self) -> None:
        if self.capacity is not None and not 0 < self.capacity <= 1:
            raise ContractError(f"capacity {self.capacity}: allowed is a share above 0 and up to 1")

    def check(self, model: ModelSpec, partition_column: str) -> None:
        """Raise ContractError unless all goals fit the model."""
        for name in (PRIOR, LINEAR):
            if name in model.baselines:
                raise ContractError(f"baseline {name!r} is the platform's own; give the column another name")
        for goal in self.goals:
            goal.check(model, partition_column)
        if model.problem is Problem.BINARY and self.costs is None:
            raise ContractError("goals of a binary model need costs, from which its threshold follows")
        if model.problem is not Problem.BINARY and (self.costs is not None or self.capacity is not None):
            raise ContractError(f"costs and capacity belong to binary models; this model is {model.problem}")
