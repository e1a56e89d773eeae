"""Numbers, intervals, shares and lists as text for readers."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Document = Mapping[str, Any]
ABSENT = "-"


def is_number(value: object) -> bool:
    """Return whether the value is a finite number; a truth value is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def number(value: Any) -> str:
    """Format a number of any size with about four significant digits."""
    if not is_number(value):
        return as_text(value)
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:,.4g}" if abs(value) >= 0.0001 else f"{value:.3g}"


def count(value: Any) -> str:
    """Format a whole number with thousands separators."""
    return f"{value:,.0f}" if is_number(value) else as_text(value)


def share(value: Any) -> str:
    """Format a fraction as a percentage; a positive fraction that would round to 0.0% is `less than 0.1%`."""
    if not is_number(value):
        return as_text(value)
    return "less than 0.1%" if 0 < value < 0.0005 else f"{value:.1%}"


def seconds(value: Any) -> str:
    """Format a duration in seconds with one decimal."""
    return f"{value:,.1f}" if is_number(value) else as_text(value)


def aligned(values: Sequence[float]) -> Callable[[Any], str]:
    """Return a format with the same number of decimals for all values: about four significant digits of the largest."""
    largest = max((abs(value) for value in values if is_number(value)), default=0.0) or 1.0
    digits = 4 if largest >= 0.1 else 3 if largest >= 0.01 else 2
    decimals = max(0, digits - 1 - math.floor(math.log10(largest)))

    def form(value: Any) -> str:
        # Adding 0 turns a rounded -0.0 into 0.0.
        return f"{round(value, decimals) + 0.0:,.{decimals}f}" if is_number(value) else as_text(value)

    return form


def interval(ends: Sequence[float] | None, form: Callable[[Any], str] | None = None) -> str:
    """Format the ends of an interval as in `0.74 to 0.76`; without an interval, a dash."""
    return " to ".join((form or aligned(ends))(end) for end in ends) if ends else ABSENT


def with_interval(value: Any, ends: Sequence[float] | None) -> str:
    """Format a value with its interval as in `0.75 (0.74 to 0.76)`; without an interval, the value alone."""
    if not ends or not is_number(value):
        return number(value)
    form = aligned([value, *(end / 10 for end in ends)])
    return f"{form(value)} ({interval(ends, form)})"


def as_text(value: object) -> str:
    """Format any other value as text; None, empty text and undefined numbers become a dash."""
    undefined = isinstance(value, float) and not math.isfinite(value)
    return ABSENT if value is None or value == "" or undefined else str(value)


def moment(value: object) -> str:
    """Format an ISO time to the minute in UTC; other text stays as it is."""
    try:
        return f"{datetime.fromisoformat(str(value)).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return as_text(value)


def shortened(text: str, limit: int = 28) -> str:
    """Return the text, with its middle replaced by an ellipsis if it is longer than the limit."""
    half = (limit - 1) // 2
    return text if len(text) <= limit else f"{text[:half]}…{text[-half:]}"


def with_noun(quantity: int, noun: str) -> str:
    """Return the number with the noun in singular or plural: `1 trial`, `6 trials`."""
    return f"{count(quantity)} {noun}{'' if quantity == 1 else 's'}"


def span_text(partitions: Sequence[str]) -> str:
    """Return the first and the last partition as in `2013-01 to 2013-04`, or the only one."""
    return str(partitions[0]) if partitions[0] == partitions[-1] else f"{partitions[0]} to {partitions[-1]}"


def readable(name: object) -> str:
    """Return the name of a column or a dimension in words: `hour_utc` becomes `hour UTC`."""
    return " ".join("UTC" if word == "utc" else word for word in str(name).split("_"))


def capitalized(text: str) -> str:
    """Return the text with a capital first letter; the others stay, unlike with `str.capitalize`."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return the text with a capital first letter and a full stop."""
    return capitalized(text) if text.endswith((".", "!", "?")) else f"{capitalized(text)}."


def enumerated(items: Sequence[str]) -> str:
    """Join the items as in `a, b and c`."""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)
