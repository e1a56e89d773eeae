"""Print the summaries of runs on a terminal: for each run what it decided, its numbers, and where its report is."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from jobs.reporting.headline import Headline, headline
from jobs.reporting.model_page import suspicions
from jobs.reporting.text import count, number, with_interval, with_noun
from reports.verdict import verdict

_STYLES = {"good": "bold green", "wait": "bold yellow", "bad": "bold red", "unknown": "bold"}


def print_summaries(summaries: Sequence[dict[str, Any]], console: Console) -> None:
    """Print each run: the verdict and its reasons, the deciding metric beside others, the data and the report."""
    for summary in summaries:
        console.print()
        _print_verdict(summary, console)
        if found := headline(summary.get("evaluation") or {}):
            console.print(_metric(found))
        for line in _lines(summary):
            console.print(line, highlight=False, soft_wrap=True)


def _print_verdict(summary: dict[str, Any], console: Console) -> None:
    decided = verdict(summary)
    text = f"{summary['pipeline']}: {decided.word}. {decided.sentence}"
    console.print(text, style=_STYLES[decided.state], soft_wrap=True, highlight=False)
    for reason in decided.reasons:
        console.print(f"- {reason}", highlight=False, soft_wrap=True)
    for notice in suspicions(summary.get("evaluation") or {}):
        for line in (f"{notice.title}:", *notice.sentences):
            console.print(line, style="bold red", highlight=False, soft_wrap=True)
    for step in decided.steps:
        console.print(f"{step.text} {step.command}".rstrip(), highlight=False, soft_wrap=True)


def _metric(found: Headline) -> Table:
    table = Table(found.metric.title, "value (95%)", "the model is")
    table.add_row("this model, all test rows", found.text, "")
    within_days = with_interval(found.day_value, found.day_interval)
    # The mean of days of a loss is its mean over all rows.
    if found.day_value is not None and within_days != found.text:
        table.add_row("this model, mean of days", within_days, "")
    for each in found.compared:
        table.add_row(each.title, number(each.value), each.gain)
    return table


def _lines(summary: dict[str, Any]) -> list[str]:
    landed = [table for table in summary["tables"] if str(table["table"]).startswith("raw.")]
    orchestration, trials = summary["orchestration"], len(summary["tuning"]["trials"])
    lines = []
    if landed:
        read, refused = (sum(table[name] or 0 for table in landed) for name in ("rows_in", "rows_quarantined"))
        lines.append(f"data: {count(read)} rows landed, {count(refused)} of them in quarantine")
    if trials:
        lines.append(f"tuning: {with_noun(trials, 'trial')}")
    if orchestration["ratio"]:
        lines.append(
            f"orchestration: {orchestration['dag_seconds']} s of DAG runs for {orchestration['work_seconds']} s of "
            f"jobs, ratio {orchestration['ratio']}"
        )
    return [*lines, f"report: {summary['report']}"]
