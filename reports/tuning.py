"""The section on tuning: the objective of each trial, the best up to it, and the parameters of each."""

from reports import figures
from reports.blocks import Block, Document, Figure, Figures, Table, Text, as_text, columns, measure, seconds, with_noun


def tuning(summary: Document) -> list[Block]:
    """Return the objective of each trial, the best objective up to it, and the parameters of each."""
    trials = (summary.get("tuning") or {}).get("trials") or []
    if not trials:
        return [Text("No trial ran.")]
    objectives = [_objective(trial) for trial in trials]
    measured = [value for value in objectives if value is not None]
    blocks: list[Block] = []
    if measured:
        best = max(measured)
        name = _objective_name(trials)
        blocks.append(
            Text(
                f"{with_noun(len(trials), 'trial')} maximized {name}; trial {objectives.index(best) + 1} reached the "
                f"highest value, {measure(best)}."
            )
        )
        blocks.append(Figures((Figure(f"{name} per trial", figures.tuning(objectives)),)))
    else:
        blocks.append(Text(f"{with_noun(len(trials), 'trial')} ran; no value of the objective was reported."))
    return [*blocks, _trials(trials, objectives)]


def _trials(trials: list[Document], objectives: list[float | None]) -> Table:
    names = list(dict.fromkeys(name for trial in trials for name in trial.get("parameters") or ()))
    rows = tuple(
        (
            str(index),
            measure(objective),
            *(_parameter((trial.get("parameters") or {}).get(name)) for name in names),
            seconds(trial.get("seconds")),
            as_text(trial.get("status")),
        )
        for index, (trial, objective) in enumerate(zip(trials, objectives, strict=True), start=1)
    )
    heads = columns("#trial", "#objective", *(f"#{name}" for name in names), "#seconds", "status")
    return Table("Parameters of each trial", heads, rows)


def _objective(trial: Document) -> float | None:
    metrics = trial.get("metrics") or {}
    return float(next(iter(metrics.values()))) if metrics else None


def _objective_name(trials: list[Document]) -> str:
    return next(str(name) for trial in trials for name in trial.get("metrics") or ())


def _parameter(value: object) -> str:
    """Format a parameter, which SageMaker stores as text, with four significant digits."""
    try:
        return f"{float(str(value)):.4g}"
    except ValueError:
        return as_text(value)
