"""The section on tuning: the objective of each trial, the best up to it, and the parameters of each."""

from reports import figures
from reports.blocks import (
    Block,
    Document,
    Figure,
    Figures,
    Table,
    Text,
    as_text,
    capitalized,
    columns,
    seconds,
    with_noun,
)
from reports.measures import as_number, objective_of


def tuning(summary: Document) -> list[Block]:
    """Return the objective of each trial, the best objective up to it, and the parameters of each."""
    trials = (summary.get("tuning") or {}).get("trials") or []
    if not trials:
        return [Text("No trial ran.")]
    objectives = [_objective(trial) for trial in trials]
    measured = [value for value in objectives if value is not None]
    blocks: list[Block] = []
    if measured:
        metric = objective_of(summary)
        best, extreme = (max(measured), "highest") if metric.higher_is_better else (min(measured), "lowest")
        blocks.append(
            Text(
                f"{with_noun(len(trials), 'trial')} searched for the {extreme} {metric.title} on the validation split; "
                f"trial {objectives.index(best) + 1} reached {as_number(best)}."
            )
        )
        if constant := _constant(summary):
            blocks.append(Text(f"{constant} of them predicted the same for every row: they learnt nothing."))
        spec = figures.tuning(objectives, higher_is_better=metric.higher_is_better)
        blocks.append(Figures((Figure(f"{capitalized(metric.title)} per trial", spec),)))
    else:
        blocks.append(Text(f"{with_noun(len(trials), 'trial')} ran; no value of the objective was reported."))
    return [*blocks, _trials(trials, objectives)]


def _trials(trials: list[Document], objectives: list[float | None]) -> Table:
    names = list(dict.fromkeys(name for trial in trials for name in trial.get("parameters") or ()))
    rows = tuple(
        (
            str(index),
            as_number(objective),
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


def _constant(summary: Document) -> int:
    return sum(1 for trial in (summary.get("evaluation") or {}).get("tuning") or () if trial.get("constant"))


def _parameter(value: object) -> str:
    """Format a parameter, which SageMaker stores as text, with four significant digits."""
    try:
        return f"{float(str(value)):.4g}"
    except ValueError:
        return as_text(value)
