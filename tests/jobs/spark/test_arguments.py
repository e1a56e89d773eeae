import pytest

from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.tables import ContractError
from jobs.spark.arguments import add_span, chosen_span, job_parser

COMMON = ["--environment", "dev", "--account", "1", "--region", "us-east-1", "--pipeline", "p", "--run-id", "r"]


def _span(partitions: Partitions, *arguments: str) -> Span:
    parser = job_parser("ingest")
    add_span(parser)
    return chosen_span(parser.parse_args([*COMMON, *arguments]), partitions)


def test_a_job_takes_the_partitions_from_first_to_last() -> None:
    assert _span(Partitions.monthly(), "--first", "2012-12", "--last", "2013-01") == Span("2012-12", "2013-01")
    assert _span(Partitions.daily(), "--first", "2013-01-31", "--last", "2013-01-31").first == "2013-01-31"


@pytest.mark.parametrize("arguments", [[], ["--first", "2013-01"], ["--last", "2013-01"]])
def test_both_ends_are_required(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        _span(Partitions.monthly(), *arguments)

    assert "the following arguments are required: --" in capsys.readouterr().err.splitlines()[-1]


def test_a_partition_of_another_grain_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(ContractError, match="day '2013-01': allowed is YYYY-MM-DD"):
        _span(Partitions.daily(), "--first", "2013-01", "--last", "2013-01")
