import csv
import io

import pytest

from jobs.contracts.tables import ContractError
from jobs.pipelines.flight_delay.landing import landing_files
from jobs.pipelines.flight_delay.pipeline import PIPELINE


def test_files_have_the_columns_of_their_contracts_without_the_month() -> None:
    files = dict(landing_files("2013-02", "2013-02"))

    assert sorted(files) == [
        "flight_delay/airlines/airlines.csv",
        "flight_delay/airports/airports.csv",
        "flight_delay/flights/month=2013-02/flights.csv",
        "flight_delay/planes/planes.csv",
        "flight_delay/weather/month=2013-02/weather.csv",
    ]
    for key, content in files.items():
        header = next(csv.reader(io.StringIO(content.decode())))
        source = PIPELINE.source(key.split("/")[1])
        assert header == [name for name in source.column_names if name != "month"]


def test_a_month_has_all_its_rows_and_no_others() -> None:
    content = dict(landing_files("2013-02", "2013-02"))["flight_delay/flights/month=2013-02/flights.csv"]
    rows = list(csv.DictReader(io.StringIO(content.decode())))

    assert len(rows) == 24951
    assert {row["time_hour"][:7] for row in rows} == {"2013-02", "2013-03"}
    assert {row["day"] for row in rows} == {str(day) for day in range(1, 29)}


def test_a_month_the_package_lacks_is_refused() -> None:
    with pytest.raises(ContractError, match=r"has no months \['2014-01'\]; allowed are 2013-01 to 2013-12"):
        dict(landing_files("2013-12", "2014-01"))
