"""A mistake in the files of a pipeline, and what a check of its declaration reports."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, order=True)
class Mistake:
    """One sentence about a line of a file; the path is relative to the repository."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


class Found(NamedTuple):
    """A mistake in the declared value, before its line is known.

    `names` are texts of the declaration, the most particular first, such as a column and then its table; `call` is the
    contract that declares the first of them, or that is meant as a whole without names.
    """

    sentence: str
    names: tuple[str, ...] = ()
    call: str = ""
