"""Command-line arguments that all Spark jobs share."""

import argparse

from jobs.contracts.months import month_range, parse_month
from jobs.contracts.tables import ContractError


def job_parser(job: str) -> argparse.ArgumentParser:
    """A parser with the arguments of every job: environment, account, region, pipeline and run id."""
    parser = argparse.ArgumentParser(prog=job, allow_abbrev=False)
    for name in ("environment", "account", "region", "pipeline", "run-id"):
        parser.add_argument(f"--{name}", required=True)
    return parser


def add_months(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that select months, either as a list or as the first and last month of a range."""
    parser.add_argument("--months", type=month_list, default=(), help="comma-separated, for example 2013-01,2013-02")
    parser.add_argument("--first-month", type=_month, help="first month of a range")
    parser.add_argument("--last-month", type=_month, help="last month of a range, included")


def chosen_months(options: argparse.Namespace) -> tuple[str, ...]:
    """The selected months; raises ContractError unless the options are either a list or a complete range."""
    first, last = options.first_month, options.last_month
    if options.months and first is None and last is None:
        return tuple(options.months)
    if first and last and not options.months:
        return month_range(first, last)
    raise ContractError(
        f"months: received --months {','.join(options.months) or 'none'}, --first-month {first}, --last-month "
        f"{last}; allowed is either --months or both --first-month and --last-month"
    )


def month_list(text: str) -> tuple[str, ...]:
    """Comma-separated months, sorted and without duplicates."""
    return tuple(sorted({_month(part.strip()) for part in text.split(",") if part.strip()}))


def _month(text: str) -> str:
    try:
        return parse_month(text)
    except ContractError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
