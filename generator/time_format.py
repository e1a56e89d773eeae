"""Finds the format in which the times of a column are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from common.errors import PlatformError

_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d")
_TIMES = (
    "",
    " %H:%M:%S",
    " %H:%M",
    "T%H:%M:%S",
    "T%H:%M",
    " %H:%M:%S.%f",
    "T%H:%M:%S.%f",
    "T%H:%M:%S%z",
    " %H:%M:%S%z",
)
FORMATS = tuple(f"{date}{time}" for date in _DATES for time in _TIMES)
#: Spark's letters for the directives of Python.
_SPARK = {
    "%Y": "yyyy", "%m": "MM", "%d": "dd", "%H": "HH", "%M": "mm", "%S": "ss", "%f": "SSSSSS", "%z": "XXX", "T": "'T'",
}  # fmt: skip


@dataclass(frozen=True)
class TimeFormat:
    """A format in the notation of Python's strptime."""

    python: str

    @property
    def spark(self) -> str:
        """The same format in Spark's notation."""
        text = self.python
        for directive, letters in _SPARK.items():
            text = text.replace(directive, letters)
        return text

    @property
    def has_zone(self) -> bool:
        """Whether each time names its offset from UTC."""
        return "%z" in self.python

    def parse(self, text: str) -> datetime:
        """The time, without a time zone unless the text names an offset."""
        return datetime.strptime(text.strip(), self.python)


def find_time_format(column: str, texts: Iterable[str]) -> TimeFormat:
    """The only format that reads all texts; raises PlatformError if none or several do."""
    values = sorted(set(texts))
    found = [each for each in FORMATS if _reads(each, values)]
    if not found:
        raise PlatformError(
            f"--time {column!r}: times such as {values[0]!r} and {values[-1]!r} have no known format; "
            "write them as YYYY-MM-DD HH:MM:SS"
        )
    if len(found) > 1:
        raise PlatformError(
            f"--time {column!r}: times such as {values[0]!r} can be read as {found}; write them as YYYY-MM-DD"
        )
    return TimeFormat(found[0])


def _reads(candidate: str, values: list[str]) -> bool:
    try:
        for value in values:
            datetime.strptime(value.strip(), candidate)
    except ValueError:
        return False
    return bool(values)
