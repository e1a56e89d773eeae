"""The section on tuning: the objective of each trial and its parameters."""

from collections.abc import Sequence

from jobs.reporting.blocks import Block, Figure, Figures, Table, Text, columns, identifier
from jobs.reporting.charts.plane import Plane, Point, Series, plane
from jobs.reporting.charts.scale import Categories, Scale
from jobs.reporting.objective import entries, objective_of
from jobs.reporting.text import Document, as_text, capitalized, is_number, number, sentence, with_noun


def tuning(document: Document) -> list[Block]:
    """Return the objective of each trial, the best objective up to it, and the parameters of each."""
    trials = entries(document, "tuning")
    if not trials:
        return [Text("The evaluation contains no trials.")]
    return [
        Text(" ".join(_sentences(document, trials))),
        Figures((_chart(document, trials),)),
        _table(document, trials),
    ]


def _sentences(document: Document, trials: Sequence[Document]) -> list[str]:
    objective = objective_of(document)
    best = document.get("best_trial")
    number_of_best = next((place for place, each in enumerate(trials, 1) if each.get("run_id") == best), None)
    extreme = "highest" if objective.higher_is_better else "lowest"
    searched = with_noun(len(trials), "trial")
    words = [f"{searched} searched for the {extreme} {objective.title}, the mean over the folds."]
    if number_of_best is not None:
        reached = number(trials[number_of_best - 1].get("objective"))
        words.append(f"Trial {number_of_best} reached {reached} and was chosen.")
    if constant := [each for each in trials if each.get("constant")]:
        remedies = dict.fromkeys(str(each["remedy"]) for each in constant if each.get("remedy"))
        words.append(f"{with_noun(len(constant), 'trial')} predicted the same for every row and learnt nothing.")
        words += [sentence(remedy) for remedy in remedies]
    return words


def _chart(document: Document, trials: Sequence[Document]) -> Figure:
    objective = objective_of(document)
    values = [each.get("objective") for each in trials]
    better = max if objective.higher_is_better else min
    best: list[float | None] = []
    for value in values:
        known = [float(each) for each in (*best[-1:], value) if each is not None and is_number(each)]
        best.append(better(known, default=None))
    dots = [
        Point(
            place - 1,
            value,
            f"trial {place}: {number(value)}" + (", learnt nothing" if trials[place - 1].get("constant") else ""),
        )
        for place, value in enumerate(values, 1)
    ]
    steps = [Point(place, value) for place, value in enumerate(best)]
    chart = Plane(
        title=f"{capitalized(objective.title)} of each trial",
        x=Categories([str(place) for place in range(1, len(trials) + 1)]),
        y=Scale.over(values, padding=0.08),
        x_title="trial",
        y_title=objective.title,
        series=[Series(steps, "best so far", "b", step=True), Series(dots, "trial", line=False, dots=True)],
    )
    return Figure(chart.title, plane(chart), "Means over the folds of validation.")


def _table(document: Document, trials: Sequence[Document]) -> Table:
    names = list(dict.fromkeys(name for each in trials for name in each.get("parameters") or ()))
    best = document.get("best_trial")
    rows = tuple(
        (
            f"{place}{' ✓' if best and each.get('run_id') == best else ''}",
            number(each.get("objective")),
            *(_parameter((each.get("parameters") or {}).get(name)) for name in names),
            "learnt nothing" if each.get("constant") else "",
            identifier(as_text(each.get("run_id"))),
        )
        for place, each in enumerate(trials, 1)
    )
    heads = columns("trial", "#objective", *(f"#{name.replace('_', ' ')}" for name in names), "", "MLflow run")
    return Table("Parameters of each trial", heads, rows, folded=len(rows) > 12, note="✓ the trial that was chosen.")


def _parameter(value: object) -> str:
    """Format a parameter, which is stored as text, with four significant digits."""
    try:
        return f"{float(str(value)):.4g}"
    except ValueError:
        return as_text(value)
