"""Command-line arguments that all Spark jobs share."""

import argparse

from jobs.contracts.partitions import Partitions, Span


def job_parser(job: str) -> argparse.ArgumentParser:
    """A parser with the arguments of every job: environment, account, region, pipeline and run id."""
    parser = argparse.ArgumentParser(prog=job, allow_abbrev=False)
    for name in ("environment", "account", "region", "pipeline", "run-id"):
        parser.add_argument(f"--{name}", required=True)
    return parser


def add_span(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that select the partitions of a run."""
    parser.add_argument("--first", required=True, help="first partition, for example 2013-01")
    parser.add_argument("--last", required=True, help="last partition, included")


def chosen_span(options: argparse.Namespace, partitions: Partitions) -> Span:
    """The selected span; raises ContractError unless both partitions have the form of the pipeline's grain."""
    return partitions.span(f"{options.first}:{options.last}")
