"""The plan of a lifecycle run: its months, the split of each month and the number of tuning trials."""

from dataclasses import dataclass
from typing import Self

from jobs.contracts.partitions import Partitions
from jobs.contracts.tables import ContractError

_PARALLEL_TRIALS = 2


@dataclass(frozen=True)
class RunPlan:
    """The months of a run and of each split, in order, and the number of tuning trials."""

    months: tuple[str, ...]
    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    trials: int

    @classmethod
    def of(cls, first: str, last: str, *, test_months: int, trials: int) -> Self:
        """Assign the last months to the test split, the month before them to validation and the rest to training.

        Raises ContractError if a split would be empty.
        """
        months = Partitions.monthly().range(first, last)
        needed = test_months + 2
        if len(months) < needed:
            raise ContractError(
                f"months {first} to {last}: received {len(months)}; at least {needed} are required ({test_months} "
                "held out for the test, one for validation, one for training): name an earlier first month or hold out "
                "fewer months"
            )
        return cls(
            months, months[: -test_months - 1], months[-test_months - 1 : -test_months], months[-test_months:], trials
        )

    @property
    def parallel_trials(self) -> int:
        """Number of trials that run at the same time."""
        return min(_PARALLEL_TRIALS, self.trials)

    @property
    def data_parameters(self) -> dict[str, object]:
        """Parameters of the data DAG."""
        return {"first_month": self.months[0], "last_month": self.months[-1]}

    @property
    def training_parameters(self) -> dict[str, object]:
        """Parameters of the training DAG, which scores the last month."""
        splits = {"train": self.train, "validation": self.validation, "test": self.test, "score": self.months[-1:]}
        spans = {name: f"{months[0]}:{months[-1]}" for name, months in splits.items()}
        return {**spans, "tuning_jobs": self.trials, "tuning_parallel_jobs": self.parallel_trials}
