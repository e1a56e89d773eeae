"""Months as `YYYY-MM`, the partition in which data arrives."""

import re

from jobs.contracts.tables import ContractError

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def parse_month(text: str) -> str:
    """The month as it was given; raises ContractError unless it is `YYYY-MM`."""
    if not _MONTH.fullmatch(text):
        raise ContractError(f"month {text!r}: allowed is YYYY-MM, for example 2013-01")
    return text


def month_range(first: str, last: str) -> tuple[str, ...]:
    """All months from first to last, both included."""
    start, end = (_index(parse_month(month)) for month in (first, last))
    if start > end:
        raise ContractError(f"months {first} to {last}: the first must not be after the last")
    return tuple(f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(start, end + 1))


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1
