import io

import pytest
from rich.console import Console

from cli.progress import Progress


def progress() -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    return Progress(Console(file=out, width=120)), out


def test_a_finished_task_is_one_line_where_there_is_no_terminal() -> None:
    shown, out = progress()

    shown.follow({"event": "task", "dag_id": "dag", "task_id": "work", "state": "running"})
    shown.follow({"event": "task", "dag_id": "dag", "task_id": "work", "state": "success"})
    shown.follow({"event": "dag", "dag_id": "dag", "state": "success"})

    assert out.getvalue().strip().endswith("dag.work: done")
    assert [(step.name, step.state) for step in shown.steps] == [("dag.work", "success")]


def test_a_task_that_never_ran_is_shown_as_skipped() -> None:
    shown, out = progress()

    shown.follow({"event": "task", "dag_id": "dag", "task_id": "register", "state": "skipped"})

    assert "dag.register: skipped" in out.getvalue()


def test_tasks_after_a_failed_one_are_not_listed() -> None:
    shown, out = progress()

    shown.follow({"event": "task", "dag_id": "dag", "task_id": "features", "state": "upstream_failed"})

    assert shown.steps == []
    assert out.getvalue() == ""


def test_a_step_that_raises_has_failed() -> None:
    shown, out = progress()

    with pytest.raises(ValueError, match="no"), shown.step("land"):
        raise ValueError("no")

    assert "land: failed" in out.getvalue()
