"""Print the summary of a run on a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table


def print_summary(summary: dict[str, Any], console: Console) -> None:
    """Print table counts, metrics, champion, orchestration overhead and the path of the report."""
    tables = Table("table", "rows in", "quarantined", "rows out", title="Tables")
    for each in summary["tables"]:
        counts = (each["rows_in"], each["rows_quarantined"], each["rows_out"])
        tables.add_row(each["table"], *(f"{count:,}" for count in counts))
    console.print(tables)
    metrics = Table("metric", "test months", title=f"Model: {len(summary['tuning']['trials'])} tuning trials")
    for name in ("roc_auc", "pr_auc", "log_loss", "brier"):
        if name in summary["metrics"]:
            metrics.add_row(name, f"{summary['metrics'][name]:.4f}")
    console.print(metrics)
    champion, orchestration = summary["registry"]["champion"], summary["orchestration"]
    console.print(f"champion: version {champion['version']}" if champion else "champion: none, the goals were not met")
    console.print(
        f"orchestration: {orchestration['dag_seconds']} s of DAG runs for {orchestration['work_seconds']} s of jobs, "
        f"ratio {orchestration['ratio']}"
    )
    console.print(f"report: {summary['report']}", soft_wrap=True)
