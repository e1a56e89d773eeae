"""Goals of a pipeline's model: the metrics it must reach, how it is compared, and what its mistakes cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.contracts.tables import ContractError


@dataclass(frozen=True, kw_only=True)
class MistakeCosts:
    """Cost of one mistake of each type, both in the same unit."""

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
class Goals:
    """When a model is approved for use, and when it replaces the champion."""

    minimums: Mapping[str, float]
    """Lowest accepted value of each metric on the test split."""
    deciding: str
    """Metric by which a model is compared with the champion; it must not depend on a threshold."""
    tolerance: float
    """By how much the deciding metric may be below the champion's for a model that is still approved for use."""
    costs: MistakeCosts

    def __post_init__(self) -> None:
        if self.tolerance < 0:
            raise ContractError(f"tolerance {self.tolerance} of {self.deciding}: allowed is 0 or more")
