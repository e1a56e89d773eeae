"""The sections on the run: timeline, orchestration overhead, artifacts and the command that repeats it."""

from reports import figures, lanes
from reports.blocks import (
    Block,
    Command,
    Document,
    Figure,
    Figures,
    Table,
    Text,
    as_text,
    columns,
    count,
    enumerated,
    seconds,
    share,
    with_noun,
)
from reports.commands import repeat_command


def timeline(summary: Document) -> list[Block]:
    """Return DAG tasks and their processes on one time axis, and the duration of each step."""
    bars = lanes.bars(summary)
    if not bars:
        return [Text("The run recorded no tasks.")]
    figure = Figure(
        "DAG tasks and the processes they started",
        figures.timeline(bars),
        "Blue: tasks, as recorded by Airflow. Orange: the processes that ran their jobs. Red: failed.",
    )
    steps = tuple(
        (as_text(step.get("step")), as_text(step.get("state")), seconds(step.get("seconds")))
        for step in summary.get("steps") or ()
    )
    table = Table("All steps in order", columns("step", "state", "#seconds"), steps, folded=True)
    return [Figures((figure,)), *([table] if steps else [])]


def orchestration(summary: Document) -> list[Block]:
    """Compare the duration of the DAG runs with the duration of the jobs they started."""
    durations = summary.get("orchestration") or {}
    dag, work, ratio = durations.get("dag_seconds"), durations.get("work_seconds"), durations.get("ratio")
    if not dag or not work or not ratio:
        return [Text("The run recorded no jobs to compare the DAG runs with.")]
    sentence = (
        f"The DAG runs took {seconds(dag)} s from the first task to the last; the jobs they started took "
        f"{seconds(work)} s (a tuning job counts once, regardless of its number of trials). The ratio is {ratio}: "
    )
    if dag >= work:
        sentence += f"{share((dag - work) / dag)} of the DAG time was orchestration and waiting."
    else:
        sentence += "jobs that ran in parallel saved more time than orchestration added."
    return [Text(sentence)]


def artifacts(summary: Document) -> list[Block]:
    """Return the locations of everything the run wrote, and the table snapshots that the model was trained on."""
    rows: list[tuple[str, ...]] = []
    for name, location in (summary.get("artifacts") or {}).items():
        if isinstance(location, dict):
            rows += [(f"{name}: {part}", as_text(part_location)) for part, part_location in location.items()]
        else:
            rows.append((name, as_text(location)))
    snapshots = (summary.get("evaluation") or {}).get("snapshots") or {}
    blocks: list[Block] = []
    if rows:
        blocks.append(Table("Locations", columns("artifact", "location"), tuple(rows)))
    if snapshots:
        identifiers = tuple((table, as_text(snapshot)) for table, snapshot in snapshots.items())
        blocks.append(Table("Table snapshots of the training data", columns("table", "#snapshot"), identifiers))
    return blocks or [Text("The summary contains no artifacts.")]


def reproduce(summary: Document) -> list[Block]:
    """Return the command that repeats the run."""
    plan = summary.get("plan") or {}
    inputs = [f"{with_noun(len(plan['partitions']), str(plan.get('grain')))} of data"] if plan.get("partitions") else []
    if plan.get("splits"):
        inputs.append(with_noun(plan.get("trials") or 0, "tuning trial"))
    rows = (summary.get("evaluation") or {}).get("rows") or {}
    splits = enumerated([f"{count(number)} for {use}" for use, number in _uses(rows)])
    used = f"This run used {enumerated(inputs)}. " if inputs else ""
    used += f"Rows: {splits}. " if splits else ""
    return [
        Text(
            f"{used}The first command repeats it with the same code and data. The others start MLflow, S3 and the "
            "local API, and show their addresses:"
        ),
        Command((repeat_command(summary), "make up", "make status")),
    ]


def _uses(rows: Document) -> list[tuple[str, int]]:
    uses = (("train", "training"), ("validation", "validation"), ("test", "the test"))
    return [(use, rows[split]) for split, use in uses if split in rows]
