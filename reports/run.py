"""Sections on the run itself: when what ran, what orchestration cost, where things lie, how to run it again."""

from reports import figures, lanes
from reports.blocks import (
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
        return [Text("The default run:"), Command(("make run",))]
    trained = any(str(dag_id).endswith("_training") for dag_id in summary.get("runs") or ())
    words = [f"{counted(len(plan['months']), 'month')} of data"]
    if trained:
        words.append(counted(plan.get("trials") or 0, "tuning trial"))
    rows = (summary.get("evaluation") or {}).get("rows") or {}
    splits = in_words([f"{count(number)} to {use}" for use, number in _uses(rows)])
    used = f" Rows: {splits}." if splits else ""
    return [
        Text(f"This run used {in_words(words)}.{used} The same command on the same code and data repeats it:"),
        Command(
            (_command(plan, trained=trained), "make up      # MLflow, S3 and the AWS endpoint stay", "make status")
        ),
    ]


def _uses(rows: Document) -> list[tuple[str, int]]:
    uses = (("train", "learn from"), ("validation", "choose a trial"), ("test", "judge"))
    return [(use, rows[split]) for split, use in uses if split in rows]


def _command(plan: Document, *, trained: bool) -> str:
    return (
        f".venv/main/bin/python -m cli run --first-month {plan['months'][0]} --last-month {plan['months'][-1]} "
        f"--test-months {len(plan.get('test') or ())} --trials {plan.get('trials')}{'' if trained else ' --data-only'}"
    )
