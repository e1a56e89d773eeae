"""Print the summaries of runs on a terminal; the last words are what each run decided."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from reports.blocks import with_noun
from reports.commands import continue_command
from reports.measures import as_number, measures
from reports.verdict import verdict

_STYLES = {"good": "bold green", "bad": "bold red", "unknown": "bold"}


def print_summaries(summaries: Sequence[dict[str, Any]], console: Console) -> None:
    """Print the tables of each run, then for each run its decision, its report and how to go on."""
    for summary in summaries:
        _print_numbers(summary, console)
    for summary in summaries:
        _print_decision(summary, console)


def _print_numbers(summary: dict[str, Any], console: Console) -> None:
    if summary["tables"]:
        tables = Table("table", "rows in", "quarantined", "rows out", title=f"Tables of {summary['pipeline']}")
        for each in summary["tables"]:
            counts = (each["rows_in"], each["rows_quarantined"], each["rows_out"])
            tables.add_row(each["table"], *(f"{count:,}" for count in counts))
        console.print(tables)
    if rows := measures(summary):
        trials = len(summary["tuning"]["trials"])
        tuned = f": {with_noun(trials, 'tuning trial')}" if trials else ""
        metrics = Table("metric", "test", "goal", title=f"Model of {summary['pipeline']}{tuned}")
        for row in rows:
            metrics.add_row(row.title, as_number(row.value), row.goal)
        console.print(metrics)


def _print_decision(summary: dict[str, Any], console: Console) -> None:
    decided = verdict(summary)
    orchestration = summary["orchestration"]
    console.print()
    if orchestration["ratio"]:
        console.print(
            f"orchestration: {orchestration['dag_seconds']} s of DAG runs for {orchestration['work_seconds']} s of "
            f"jobs, ratio {orchestration['ratio']}"
        )
    console.print(f"report: {summary['report']}", soft_wrap=True)
    if summary["failure"]:
        console.print(f"log: {summary['failure']['log']}", soft_wrap=True)
        console.print(f"run again from there: {continue_command(summary)}", soft_wrap=True)
    for reason in (summary["evaluation"] or {}).get("reasons", ()):
        console.print(f"- {reason}", highlight=False, soft_wrap=True)
    console.print(f"{summary['pipeline']}: {decided.sentence}", style=_STYLES[decided.state], soft_wrap=True)
