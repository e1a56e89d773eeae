"""What to run again of a past run of a DAG, and the error of a run that cannot start."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from jobs.dags.names import run_key


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

    def names_task(self, task_id: str) -> bool:
        """Whether the part names this task."""
        return self.task in (task_id, task_id.rpartition(".")[2])

    def choose(self, tasks: Mapping[str, Collection[str]], runs: Mapping[str, Sequence[str]]) -> tuple[str, str]:
        """Return the ids of the DAG and of the run that the part belongs to.

        `tasks` are the task ids of each DAG, `runs` its run ids, newest first. Raises DagRunError if no DAG has the
        task, if there is no such run, and if several DAGs have both.
        """
        having = [dag_id for dag_id, known in tasks.items() if any(self.names_task(each) for each in known)]
        if not having and any(runs.values()):
            known = sorted({task for ids in tasks.values() for task in ids})
            raise DagRunError(f"no task {self.task!r} in {list(tasks)}; tasks are {known}")
        candidates = having or list(tasks)
        found = [(dag_id, run) for dag_id in candidates for run in runs[dag_id] if self._names_run(run)]
        by_dag = dict(reversed(found))
        if not found:
            past = [run_key(run) for dag_id in candidates for run in runs[dag_id]]
            raise DagRunError(
                f"{candidates} have no run {self.run!r}; runs are {past}"
                if self.run
                else f"{candidates} have not run yet; a part belongs to a past run, so run all first"
            )
        if len(by_dag) > 1:
            raise DagRunError(f"task {self.task!r} is in {sorted(by_dag)}; choose one with --dag, or give --run")
        return found[0]

    def _names_run(self, run_id: str) -> bool:
        return not self.run or self.run in (run_id, run_key(run_id))
