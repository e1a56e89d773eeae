import pytest

from jobs.contracts.tables import ContractError
from jobs.spark.arguments import add_months, chosen_months, job_parser, month_list

COMMON = ["--environment", "dev", "--account", "1", "--region", "us-east-1", "--pipeline", "p", "--run-id", "r"]


def _months(*arguments: str) -> tuple[str, ...]:
    parser = job_parser("ingest")
    add_months(parser)
    return chosen_months(parser.parse_args([*COMMON, *arguments]))


def test_months_are_a_list_or_a_span() -> None:
    assert _months("--months", "2013-02,2013-01,2013-02") == ("2013-01", "2013-02")
    assert _months("--first-month", "2012-12", "--last-month", "2013-01") == ("2012-12", "2013-01")


@pytest.mark.parametrize(
    "arguments", [[], ["--first-month", "2013-01"], ["--months", "2013-01", "--first-month", "2013-01"]]
)
def test_neither_or_both_are_refused(arguments: list[str]) -> None:
    with pytest.raises(ContractError, match="allowed is either --months or both --first-month and --last-month"):
        _months(*arguments)


def test_a_wrong_month_ends_the_job_with_what_is_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        _months("--months", "2013-13")

    assert "month '2013-13': allowed is YYYY-MM" in capsys.readouterr().err.splitlines()[-1]


def test_a_list_has_no_empty_months() -> None:
    assert month_list("2013-01, ,") == ("2013-01",)
