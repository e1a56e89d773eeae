"""Positions of values on an axis, as percentages of its length."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jobs.reporting.text import is_number, number

_STEPS = (1, 2, 2.5, 5, 10)
#: Values that differ by less than this share are shown as equal; so are values this close to 0.
_LEAST_SPREAD = 1e-9
#: How many characters of an axis have room beside each other on a page of 400 pixels.
_PHONE_CHARACTERS = 45


@dataclass(frozen=True)
class Scale:
    """A linear scale from `low` to `high`."""

    low: float
    high: float

    @classmethod
    def over(cls, values: Iterable[float | None], *, zero: bool = False, padding: float = 0.0) -> "Scale":
        """Return the scale that holds all finite values, widened by a share of their spread, and 0 if wanted."""
        known = [float(value) for value in values if value is not None and is_number(value)]
        low, high = min(known, default=0.0), max(known, default=1.0)
        if zero:
            low, high = min(low, 0.0), max(high, 0.0)
        margin = (high - low) * padding
        if high - low <= _LEAST_SPREAD * max(abs(low), abs(high), _LEAST_SPREAD):
            half = max(abs(low) / 10, _LEAST_SPREAD)
            return cls(low - half, high + half)
        return cls(low - margin if low or not zero else low, high + margin if high or not zero else high)

    def position(self, value: float) -> float:
        """Return the place of a value from 0 to 100; values outside are placed at the ends."""
        return min(100.0, max(0.0, 100 * (value - self.low) / (self.high - self.low)))

    def ticks(self, most: int = 5) -> list[tuple[float, str]]:
        """Return at most this many round values within the scale, with the position of each."""
        step = _round_step((self.high - self.low) / (2 * most))
        while len(numbers := _multiples(self, step)) > most:
            step = _round_step(step * 1.01)
        return [(self.position(value), number(value)) for value in numbers]


@dataclass(frozen=True)
class Categories:
    """A scale of names, each in the middle of its part."""

    names: Sequence[str]

    def position(self, place: float) -> float:
        """Return the middle of the part at this place."""
        return 100 * (place + 0.5) / max(len(self.names), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """Return names at equal distances, with the first: as many as have room on a phone, and five at most."""
        longest = max(map(len, self.names), default=1)
        most = max(1, min(5, _PHONE_CHARACTERS // (longest + 2)))
        every = max(1, math.ceil(len(self.names) / most))
        return [(self.position(place), name) for place, name in enumerate(self.names) if place % every == 0]


def _round_step(least: float) -> float:
    unit = 10.0 ** math.floor(math.log10(least))
    return next(unit * step for step in _STEPS if unit * step >= least * (1 - 1e-9))


def _multiples(scale: Scale, step: float) -> list[float]:
    first, last = math.ceil(scale.low / step - 1e-9), math.floor(scale.high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]
