"""What differs between the header of a CSV file and the contract of its source, as one sentence."""

import csv
from collections.abc import Sequence

from jobs.contracts.sources import Csv

_DELIMITERS = ",;\t|"
_LONGEST_LINE = 80


def difference(line: str, header: Sequence[str], names: Sequence[str], dialect: Csv) -> str:
    """The sentence, which continues the path of the file; `line` is the first line that is not blank."""
    text = line.strip("\r\n")
    if text.lower().startswith("sep="):
        return (
            f"begins with Excel's line {text!r}, which is no header; remove the line, and declare "
            f"Csv(delimiter={text[4:5]!r}) if it differs"
        )
    for delimiter in _DELIMITERS:
        if sorted(next(csv.reader([text], delimiter=delimiter, quotechar=dialect.quote), [])) == sorted(names):
            return f"has a header with the delimiter {delimiter!r}; declare Csv(delimiter={delimiter!r})"
    known = {_simplified(name): name for name in names}
    spelled = [(name, known[_simplified(name)]) for name in header if name not in names and _simplified(name) in known]
    if spelled:
        pairs = ", ".join(f"{found!r} for {name!r}" for found, name in spelled)
        return f"has a header that differs in case or blanks only: {pairs}; write the names as the contract does"
    if not set(header) & set(names):
        shown = text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}..."
        return f"has no header: its first line is {shown!r}; land it with the header {dialect.delimiter.join(names)!r}"
    return _columns(header, names)


def _columns(header: Sequence[str], names: Sequence[str]) -> str:
    missing = [name for name in names if name not in header]
    unknown = [name for name in header if name not in names]
    repeated = sorted({name for name in header if header.count(name) > 1})
    twice = f", twice {repeated}" if repeated else ""
    unnamed = " ('' is a column without a name, as after a delimiter at the end)" if "" in unknown else ""
    return (
        f"lacks columns {missing} and has unknown {unknown}{twice}{unnamed}; allowed are {list(names)}; correct the "
        "landing file or the contract and repeat ingest"
    )


def _simplified(name: str) -> str:
    return name.strip().casefold()
