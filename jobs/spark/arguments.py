"""The command line that all Spark jobs share."""

import argparse
from collections.abc import Iterable

from jobs.contracts.months import month_range, parse_month
from jobs.contracts.tables import ContractError


def job_parser(job: str) -> argparse.ArgumentParser:
    """A parser with what every job is told: where it runs, for which pipeline and in which run."""
    parser = argparse.ArgumentParser(prog=job, allow_abbrev=False)
    for name in ("environment", "account", "region", "pipeline", "run-id"):
        parser.add_argument(f"--{name}", required=True)
    return parser


def add_months(parser: argparse.ArgumentParser) -> None:
    """Months as a list, or as the first and the last of a span."""
    parser.add_argument("--months", type=month_list, default=(), help="comma-separated, for example 2013-01,2013-02")
    parser.add_argument("--first-month", type=_month, help="first of a span of months")
    parser.add_argument("--last-month", type=_month, help="last of a span of months")


def chosen_months(options: argparse.Namespace) -> tuple[str, ...]:
    """The months the options name; raises ContractError unless it is either a list or a whole span."""
    span = (options.first_month, options.last_month)
    if options.months and span == (None, None):
        return tuple(options.months)
    if all(span) and not options.months:
        return month_range(*span)
    raise ContractError(
        f"months: received --months {','.join(options.months) or 'none'}, --first-month {span[0]}, --last-month "
        f"{span[1]}; allowed is either --months or both --first-month and --last-month"
    )


def month_list(text: str) -> tuple[str, ...]:
    """Comma-separated months, sorted and without repetition."""
    return tuple(sorted({_month(part.strip()) for part in text.split(",") if part.strip()}))


def text_list(values: Iterable[object]) -> str:
    """Values for a message: sorted and comma-separated, or `none`."""
    return ", ".join(sorted(str(value) for value in values)) or "none"


def _month(text: str) -> str:
    try:
        return parse_month(text)
    except ContractError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
