"""The sections on the run: timing, artifacts and the command that repeats it."""

from collections.abc import Sequence

from jobs.reporting.blocks import Block, Command, Figure, Figures, Table, Text, columns, identifier
from jobs.reporting.charts.rows import Bar, Row, Rows, rows
from jobs.reporting.charts.scale import Scale
from jobs.reporting.objective import part
from jobs.reporting.text import Document, as_text, count, enumerated, seconds, share, with_noun
from reports import lanes
from reports.commands import repeat_command


def timing(summary: Document) -> list[Block]:
    """Return DAG tasks and their processes on one time axis, the share of orchestration, and each step's duration."""
    bars = lanes.bars(summary)
    if not bars:
        return [Text("The run recorded no tasks.")]
    steps = tuple(
        (as_text(step.get("step")), as_text(step.get("state")), seconds(step.get("seconds")))
        for step in summary.get("steps") or ()
    )
    table = Table("All steps in order", columns("step", "state", "#seconds"), steps, folded=True)
    return [_orchestration(summary), Figures((_timeline(bars),), narrow=False), *([table] if steps else [])]


def _timeline(bars: Sequence[lanes.Bar]) -> Figure:
    names = dict.fromkeys(bar.row for bar in bars)
    drawn = [
        Row(name, [_bar(bar) for bar in own], [seconds(sum(bar.seconds for bar in own))])
        for name in names
        for own in [[bar for bar in bars if bar.row == name]]
    ]
    chart = Rows(
        title="DAG tasks and the processes they started",
        scale=Scale.over([end for bar in bars for end in (bar.start, bar.start + bar.seconds)], zero=True),
        rows=drawn,
        heads=("", "seconds"),
        axis="seconds since the first task",
    )
    note = "Blue: tasks, as recorded by Airflow. Orange: the processes that ran their jobs. Red: failed."
    return Figure(chart.title, rows(chart), note)


def _bar(bar: lanes.Bar) -> Bar:
    color = "bad" if bar.state.lower() == "failed" else "a" if bar.group == lanes.TASK else "b"
    return Bar(bar.start, bar.start + bar.seconds, f"{bar.name}: {bar.state}, {seconds(bar.seconds)} s", color)


def _orchestration(summary: Document) -> Text:
    """Compare the duration of the DAG runs with the duration of the jobs they started."""
    durations = part(summary, "orchestration")
    dag, work, ratio = durations.get("dag_seconds"), durations.get("work_seconds"), durations.get("ratio")
    if not dag or not work or not ratio:
        return Text("The run recorded no jobs to compare the DAG runs with.")
    sentence = (
        f"The DAG runs took {seconds(dag)} s from the first task to the last; the jobs they started took "
        f"{seconds(work)} s (a tuning job counts once, regardless of its number of trials). The ratio is {ratio}: "
    )
    if dag >= work:
        return Text(f"{sentence}{share((dag - work) / dag)} of the DAG time was orchestration and waiting.")
    return Text(f"{sentence}jobs that ran in parallel saved more time than orchestration added.")


def artifacts(summary: Document) -> list[Block]:
    """Return the locations of everything the run wrote."""
    found: list[tuple[str, ...]] = []
    for name, location in part(summary, "artifacts").items():
        if isinstance(location, dict):
            found += [(f"{name}: {key}", identifier(as_text(place))) for key, place in location.items()]
        else:
            found.append((name, identifier(as_text(location))))
    for dag_id, run in part(summary, "runs").items():
        found.append((f"{dag_id}: run", identifier(as_text(run.get("run_id")))))
        found.append((f"{dag_id}: key", identifier(as_text(run.get("run_key")))))
    if not found:
        return [Text("The run wrote nothing.")]
    return [Table("", columns("artifact", "location"), tuple(found), note="A click on a location selects all of it.")]


def reproduce(summary: Document) -> list[Block]:
    """Return the command that repeats the run."""
    plan = summary.get("plan") or {}
    inputs = [f"{with_noun(len(plan['partitions']), str(plan.get('grain')))} of data"] if plan.get("partitions") else []
    if plan.get("splits"):
        inputs.append(with_noun(plan.get("trials") or 0, "tuning trial"))
    known = part(summary, "evaluation", "rows")
    splits = enumerated([f"{count(number)} for {use}" for use, number in _uses(known)])
    used = f"This run used {enumerated(inputs)}. " if inputs else ""
    used += f"Rows: {splits}. " if splits else ""
    return [
        Text(
            f"{used}The first command repeats it with the same code and data. The others start MLflow, S3 and the "
            "local API, and show their addresses:"
        ),
        Command((repeat_command(summary), "make up", "make status")),
    ]


def _uses(known: Document) -> list[tuple[str, int]]:
    uses = (("train", "training"), ("validation", "validation"), ("test", "the test"))
    return [(use, known[split]) for split, use in uses if split in known]
