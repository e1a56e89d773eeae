"""The rows of the timeline: DAG tasks and processes as bars; many trials share rows."""

from dataclasses import dataclass
from datetime import datetime

from jobs.reporting.text import Document, shortened

TASK, PROCESS = "DAG task", "process"
#: Up to this number of trials, each has a row of its own.
_ROWS_OF_TRIALS = 12


@dataclass(frozen=True)
class Bar:
    """A time span; `start` is in seconds since the first entry of the timeline."""

    row: str
    group: str
    name: str
    state: str
    start: float
    seconds: float


def bars(summary: Document) -> list[Bar]:
    """Return the bars in the order of their start."""
    entries = [entry for entry in summary.get("timeline") or () if entry.get("start") and entry.get("end")]
    if not entries:
        return []
    dags = set(summary.get("runs") or ())
    zero = min(_instant(entry["start"]) for entry in entries)
    trials = [str(trial.get("name")) for trial in (summary.get("tuning") or {}).get("trials") or ()]
    prefix = f"{(summary.get('registry') or {}).get('model')}-"
    unpacked = [_bar(entry, zero, dags, trials, prefix) for entry in entries]
    unpacked.sort(key=lambda bar: bar.start)
    return _packed(unpacked, trials) if len(trials) > _ROWS_OF_TRIALS else unpacked


def _bar(entry: Document, zero: float, dags: set[str], trials: list[str], prefix: str) -> Bar:
    name, lane = str(entry.get("name")), str(entry.get("lane"))
    start = _instant(entry["start"])
    is_task = lane in dags
    if name in trials:
        row = f"trial {trials.index(name) + 1}"
    else:
        row = f"{lane.rpartition('_')[2]}: {name}" if is_task else f"{lane}: {shortened(name.removeprefix(prefix))}"
    return Bar(
        row=row,
        group=TASK if is_task else PROCESS,
        name=f"{lane} {name}",
        state=str(entry.get("state", "")),
        start=start - zero,
        seconds=_instant(entry["end"]) - start,
    )


def _packed(bars: list[Bar], trials: list[str]) -> list[Bar]:
    """Return the bars with the trials in as few rows as possible: one per trial that ran at the same time."""
    slot_ends: list[float] = []
    packed = []
    for bar in bars:
        if not bar.row.startswith("trial ") or bar.group != PROCESS:
            packed.append(bar)
            continue
        slot = next((index for index, end in enumerate(slot_ends) if end <= bar.start), len(slot_ends))
        slot_ends[slot:] = [bar.start + bar.seconds, *slot_ends[slot + 1 :]]
        row = f"trials, slot {slot + 1} ({len(trials)} in total)"
        packed.append(Bar(row, bar.group, f"{bar.row} {bar.name}", bar.state, bar.start, bar.seconds))
    return packed


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
