"""Sections on the run itself: when what ran, what orchestration cost, where things lie, how to run it again."""

from cli.report import figures, lanes
from cli.report.blocks import (
    Block,
    Command,
    Document,
    Figure,
    Figures,
    Table,
    Text,
    columns,
    count,
    counted,
    in_words,
    seconds,
    share,
    written,
)

_DEFAULT_PLAN = {"first": "2013-01", "last": "2013-12", "test": 2, "trials": 6}


def timeline(summary: Document) -> list[Block]:
    """DAG tasks and the processes they caused, on one axis, and the steps with their seconds."""
    bars = lanes.bars(summary)
    if not bars:
        return [Text("The run left no record of its tasks.")]
    figure = Figure(
        "DAG tasks and the processes they caused",
        figures.timeline(bars),
        "Blue: tasks as Airflow saw them. Orange: the processes that did their work. Red: failed.",
    )
    steps = tuple(
        (written(step.get("step")), written(step.get("state")), seconds(step.get("seconds")))
        for step in summary.get("steps") or ()
    )
    table = Table("All steps in order", columns("step", "state", "#seconds"), steps, folded=True)
    return [Figures((figure,)), *([table] if steps else [])]


def orchestration(summary: Document) -> list[Block]:
    """Seconds of the DAG runs over seconds of the work they caused."""
    found = summary.get("orchestration") or {}
    dag, work, ratio = found.get("dag_seconds"), found.get("work_seconds"), found.get("ratio")
    if not dag or not work or not ratio:
        return [Text("No work was recorded, so there is nothing to compare the DAG runs with.")]
    sentence = (
        f"The DAG runs took {seconds(dag)} s from first task to last; the jobs they started took {seconds(work)} s "
        f"(a tuning job counts once, however many trials ran in it). The ratio is {ratio}: "
    )
    if dag >= work:
        sentence += f"{share((dag - work) / dag)} of the DAG time was orchestration and waiting."
    else:
        sentence += "jobs overlapped by more than orchestration cost."
    return [Text(sentence)]


def artifacts(summary: Document) -> list[Block]:
    """Addresses of everything the run wrote, and the snapshots it learnt from."""
    rows: list[tuple[str, ...]] = []
    for name, place in (summary.get("artifacts") or {}).items():
        if isinstance(place, dict):
            rows += [(f"{name}: {part}", written(address)) for part, address in place.items()]
        else:
            rows.append((name, written(place)))
    snapshots = (summary.get("evaluation") or {}).get("snapshots") or {}
    found: list[Block] = []
    if rows:
        found.append(Table("Addresses", columns("what", "where"), tuple(rows)))
    if snapshots:
        identifiers = tuple((table, written(snapshot)) for table, snapshot in snapshots.items())
        found.append(Table("Snapshots the model learnt from", columns("table", "#snapshot"), identifiers))
    return found or [Text("The summary names no artifacts.")]


def reproduce(summary: Document) -> list[Block]:
    """The command that repeats the run."""
    plan = summary.get("plan") or {}
    if not plan.get("months"):
        return [Text("The default run on twelve months:"), Command(("make run",))]
    asked = {
        "first": plan["months"][0],
        "last": plan["months"][-1],
        "test": len(plan.get("test") or ()),
        "trials": plan.get("trials"),
    }
    words = f"{counted(len(plan['months']), 'month')} of data and {counted(asked['trials'] or 0, 'tuning trial')}"
    commands = ["make run"] if asked == _DEFAULT_PLAN else [_command(asked)]
    splits = [
        f"{name} {count((summary.get('evaluation') or {}).get('rows', {}).get(name))} rows"
        for name in ("train", "validation", "test")
        if (summary.get("evaluation") or {}).get("rows", {}).get(name) is not None
    ]
    split = f" Splits: {in_words(splits)}." if splits else ""
    return [
        Text(f"This run used {words}.{split} The same command on the same code and data repeats it:"),
        Command(
            (*commands, "make up      # keep the platform running: MLflow, S3 and the AWS endpoint", "make status")
        ),
    ]


def _command(asked: Document) -> str:
    return (
        f".venv/main/bin/python -m cli run --first-month {asked['first']} --last-month {asked['last']} "
        f"--test-months {asked['test']} --trials {asked['trials']}"
    )
