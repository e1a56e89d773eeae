"""The plan of a run of one pipeline: its DAGs, its partitions, the split of each and the number of tuning trials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from jobs.contracts.columns import TEST, VALIDATION
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.splits import Splits
from jobs.contracts.tables import ContractError
from local.services.dag_part import Part

#: The DAGs of a pipeline in the order in which a run executes them, as in `Pipeline.dag_ids`.
DATA, TRAINING, SCORING = "data", "training", "scoring"
KINDS = (DATA, TRAINING, SCORING)
_PARALLEL_TRIALS = 2


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What the command line says about a run; None stands for the value that follows from the pipeline."""

    first: str | None = None
    last: str | None = None
    validation: int | None = None
    test: int | None = None
    trials: int = 6
    kinds: tuple[str, ...] = KINDS
    part: Part | None = None
    """Run a part of a past run again, with its partitions and parameters, instead of a new run."""

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.kinds) - set(KINDS)):
            raise ContractError(f"unknown DAGs {unknown}; allowed are {list(KINDS)}")
        named = [name for name in ("first", "last", VALIDATION, TEST) if getattr(self, name) is not None]
        if self.part and named:
            raise ContractError(f"a part of a past run takes the partitions of that run; leave out {named}")


@dataclass(frozen=True)
class RunPlan:
    """The DAGs of a run, the partitions that it takes in, and the span of each split."""

    pipeline: str
    grain: str
    kinds: tuple[str, ...]
    partitions: tuple[str, ...]
    trials: int
    splits: Mapping[str, str] = field(default_factory=dict)
    """`first:last` by split; empty unless the run trains."""
    part: Part | None = None

    @classmethod
    def of(cls, pipeline: Pipeline, options: RunOptions) -> Self:
        """Plan a run of the pipeline.

        Without a first and last partition, the run takes in what its splits need, up to the newest partition of the
        pipeline's schedule. Raises ContractError if a split would be empty.
        """
        kinds = tuple(kind for kind in KINDS if kind in options.kinds)
        if options.part:
            return cls(pipeline.name, str(pipeline.partitions.grain), kinds, (), options.trials, part=options.part)
        calendar, delay = pipeline.partitions, pipeline.model.label_delay
        validation, test = options.validation or pipeline.splits.validation, options.test or pipeline.splits.test
        last = calendar.parse(options.last or pipeline.schedule.newest(calendar, datetime.now(UTC)))
        length = pipeline.splits.train + validation + test + delay
        partitions = calendar.range(options.first or calendar.shift(last, 1 - length), last)
        splits: dict[str, str] = {}
        if TRAINING in kinds:
            required = 1 + validation + test + delay
            if len(partitions) < required:
                noun = calendar.grain
                raise ContractError(
                    f"{noun}s {partitions[0]} to {last}: received {len(partitions)}; at least {required} are required "
                    f"({test} for the test, {validation} for validation, one for training, {delay} whose labels are "
                    f"not known yet): name an earlier first {noun} or hold out fewer {noun}s"
                )
            train = len(partitions) - delay - validation - test
            rule = Splits(train=train, validation=validation, test=test)
            splits = {name: str(span) for name, span in rule.spans(calendar, partitions[-1 - delay]).items()}
        return cls(pipeline.name, str(calendar.grain), kinds, partitions, options.trials, splits)

    @property
    def dag_ids(self) -> list[str]:
        """The ids of the DAGs."""
        return [f"{self.pipeline}_{kind}" for kind in self.kinds]

    @property
    def parallel_trials(self) -> int:
        """Number of trials that run at the same time."""
        return min(_PARALLEL_TRIALS, self.trials)

    def parameters(self, kind: str) -> dict[str, object]:
        """The parameters of one of the pipeline's DAGs; the scoring DAG predicts the last partition."""
        match kind:
            case "data":
                return {"first": self.partitions[0], "last": self.partitions[-1]}
            case "training":
                tuning = {"tuning_jobs": self.trials, "tuning_parallel_jobs": self.parallel_trials}
                return {**self.splits, **tuning}
            case _:
                return {"score": self.partitions[-1]}
