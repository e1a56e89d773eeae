"""What to run again of a past run of a DAG, and the error of a run that cannot start."""

from dataclasses import dataclass


class DagRunError(ValueError):
    """The run cannot start; the message states what was received and what is allowed."""


@dataclass(frozen=True)
class Part:
    """A task of a past run, or a task and those after it."""

    task: str
    """A task id, or its last part without the groups."""
    onward: bool
    """Whether the tasks after it run too."""
    run: str = ""
    """A run id or run key; empty for the newest run."""

    @property
    def options(self) -> list[str]:
        """The part on a command line."""
        return ["--from" if self.onward else "--task", self.task, *(["--run", self.run] if self.run else [])]
