"""Progress of a run: a live table of steps on a terminal, otherwise one line per finished step."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

_MARKS = {"success": "[green]done[/]", "failed": "[red]failed[/]", "skipped": "[yellow]skipped[/]"}


@dataclass
class Step:
    """A step with its state and duration."""

    name: str
    state: str = "running"
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    @property
    def shown_seconds(self) -> float:
        """Duration until now, or the total duration of a finished step."""
        return self.seconds if self.state != "running" else time.monotonic() - self.started

    @property
    def document(self) -> dict[str, object]:
        """The step in the summary of a run."""
        return {"step": self.name, "state": self.state, "seconds": round(self.shown_seconds, 2)}


class Progress:
    """The steps of a run in the order in which they started."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.steps: list[Step] = []

    def __rich__(self) -> RenderableType:
        """Return the current table."""
        table = Table(box=None, padding=(0, 2), show_header=False)
        for step in self.steps:
            mark: RenderableType = Spinner("dots") if step.state == "running" else Text.from_markup(_mark(step))
            table.add_row(mark, step.name, f"{step.shown_seconds:6.1f} s")
        return table

    def begin(self, name: str) -> Step:
        """Add a running step and return it."""
        step = Step(name)
        self.steps.append(step)
        return step

    def end(self, step: Step, state: str = "success") -> None:
        """Record the state and duration of a finished step, and print it if there is no terminal."""
        step.seconds, step.state = time.monotonic() - step.started, state
        if not self._console.is_terminal:
            self._console.print(f"{step.seconds:6.1f} s  {step.name}: {Text.from_markup(_mark(step)).plain}")

    def follow(self, event: dict[str, str]) -> None:
        """Update the step of a DAG task from an event; other events are ignored.

        A task that did not start because one before it failed is no news either.
        """
        if event["event"] != "task" or event["state"] == "upstream_failed":
            return
        name = f"{event['dag_id']}.{event['task_id']}"
        known = next((step for step in self.steps if step.name == name), None)
        if event["state"] == "running":
            self.begin(name)
        else:
            self.end(known or self.begin(name), event["state"])

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Record the block as a step, which fails if the block raises."""
        step = self.begin(name)
        try:
            yield
        except BaseException:
            self.end(step, "failed")
            raise
        self.end(step)

    @contextmanager
    def live(self) -> Iterator[None]:
        """Draw the table on a terminal while the block runs."""
        if not self._console.is_terminal:
            yield
            return
        with Live(self, console=self._console, refresh_per_second=5):
            yield


def _mark(step: Step) -> str:
    return _MARKS.get(step.state, step.state)
