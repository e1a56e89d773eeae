import csv
import io
import json

import pytest
from pyarrow import parquet

from jobs.contracts.tables import ContractError
from jobs.pipelines.footfall.landing import landing_files
from jobs.pipelines.footfall.pipeline import PIPELINE


def test_counts_have_arrived_up_to_the_day_before() -> None:
    assert sorted(landing_files("2025-06-29", "2025-06-30")) == sorted(landing_files("2025-06-29", "2025-06-30"))
    assert sorted(dict(landing_files("2025-06-29", "2025-06-30"))) == [
        "footfall/counts/day=2025-06-28/counts.jsonl",
        "footfall/counts/day=2025-06-29/counts.jsonl",
        "footfall/holidays/holidays.parquet",
        "footfall/sensors/day=2025-06-29/sensors.csv",
        "footfall/sensors/day=2025-06-30/sensors.csv",
    ]


def test_files_have_the_columns_of_their_contracts_without_the_day() -> None:
    files = dict(landing_files("2025-06-30", "2025-06-30"))
    header = next(csv.reader(io.StringIO(files["footfall/sensors/day=2025-06-30/sensors.csv"].decode()), delimiter=";"))
    count = json.loads(files["footfall/counts/day=2025-06-29/counts.jsonl"].splitlines()[0])
    holidays = parquet.read_schema(io.BytesIO(files["footfall/holidays/holidays.parquet"]))

    assert {"sensors": header, "counts": list(count), "holidays": holidays.names} == {
        source.name: [name for name in source.column_names if name != "day"] for source in PIPELINE.sources
    }


def test_a_day_has_all_its_counts_and_those_of_registered_counters_only() -> None:
    files = dict(landing_files("2025-06-30", "2025-06-30"))
    counts = [json.loads(line) for line in files["footfall/counts/day=2025-06-29/counts.jsonl"].splitlines()]
    register = csv.DictReader(io.StringIO(files["footfall/sensors/day=2025-06-30/sensors.csv"].decode()), delimiter=";")

    assert len(counts) == 21 * 24
    assert {count["sensor"] for count in counts} == {row["sensor"] for row in register}
    assert {count["hour"] for count in counts} == set(range(24))


def test_a_counter_that_is_out_of_service_has_no_count() -> None:
    files = dict(landing_files("2023-10-28", "2023-10-28"))
    counts = [json.loads(line) for line in files["footfall/counts/day=2023-10-27/counts.jsonl"].splitlines()]

    assert sum(count["pedestrians"] is None for count in counts) == 24


def test_a_day_the_package_lacks_is_refused() -> None:
    assert "footfall/sensors/day=2026-01-01/sensors.csv" in dict(landing_files("2026-01-01", "2026-01-01"))
    with pytest.raises(
        ContractError, match=r"no counts of days \['2026-01-01'\]; allowed are 2019-01-01 to 2025-12-31"
    ):
        dict(landing_files("2026-01-01", "2026-01-02"))
