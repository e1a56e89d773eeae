"""A SQL shell on the tables of the local lake that only reads."""

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from common.errors import PlatformError
from common.paths import StatePaths
from local.lake import LakeQueries, LakeTable, lake_tables, object_store, reads

_MOST_ROWS = 40


def list_tables(paths: StatePaths, console: Console) -> None:
    """Print the two names of each table."""
    listed = Table(title="Tables")
    for head in ("short name", "name in Athena"):
        listed.add_column(head, overflow="fold")
    for table in _existing(paths):
        listed.add_row(table.short_name, table.full_name)
    console.print(listed)


def answer(paths: StatePaths, query: str, console: Console, *, as_json: bool) -> None:
    """Print the rows of one query as a table, or as one JSON document."""
    _existing(paths)
    reads(query)  # rejects a statement before the S3 server starts
    with object_store(paths) as store:
        _print(LakeQueries(paths, store), query, console, as_json=as_json)


def prompt(paths: StatePaths, console: Console) -> None:
    """Answer the queries that are typed, each ended by a semicolon, until the end of the input."""
    list_tables(paths, console)
    with object_store(paths) as store:
        queries = LakeQueries(paths, store)
        if sys.stdin.isatty():
            console.print("End a query with a semicolon and the shell with Ctrl-D.")
        for query in _typed():
            try:
                _print(queries, query, console, as_json=False)
            except PlatformError as error:
                console.print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)


def _existing(paths: StatePaths) -> list[LakeTable]:
    tables = lake_tables(paths)
    if not tables:
        raise PlatformError(f"{paths.root} has no tables yet; write them with `make run`")
    return tables


def _typed() -> Iterator[str]:
    if sys.stdin.isatty():
        import readline  # noqa: F401, PLC0415 - gives `input` a history and editing keys
    lines: list[str] = []
    while True:
        try:
            lines.append(input(("sql> " if not lines else "...> ") if sys.stdin.isatty() else ""))
        except (EOFError, KeyboardInterrupt):
            break
        if lines[-1].rstrip().endswith(";"):
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def _print(queries: LakeQueries, query: str, console: Console, *, as_json: bool) -> None:
    rows = queries.answer(query)
    if rows is None:
        return
    if as_json:
        sys.stdout.write(rows.to_df().to_json(orient="records", date_format="iso") + "\n")
    else:
        rows.show(max_width=console.width, max_rows=_MOST_ROWS)
