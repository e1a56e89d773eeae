"""Sections on the model: how it was tuned, how good it is, what it reads and what became of it."""

from jobs.contracts.training import CHAMPION
from reports import figures
from reports.blocks import (
    Block,
    Document,
    Figure,
    Figures,
    Table,
    Text,
    columns,
    count,
    counted,
    in_words,
    measure,
    seconds,
    share,
    written,
)

_NO_EVALUATION = "The run has no evaluation: the training job did not reach the end, or its document is gone."
_MOST_FEATURES = 25


def tuning(summary: Document) -> list[Block]:
    """Objective per trial with the best so far, and the parameters of each."""
    trials = (summary.get("tuning") or {}).get("trials") or []
    if not trials:
        return [Text("No trial ran.")]
    objectives = [_objective(trial) for trial in trials]
    measured = [value for value in objectives if value is not None]
    blocks: list[Block] = []
    if measured:
        best = max(measured)
        name = _objective_name(trials)
        where = f"trial {objectives.index(best) + 1}"
        blocks.append(
            Text(f"{counted(len(trials), 'trial')} searched for the highest {name}; {where} found {measure(best)}.")
        )
        blocks.append(Figures((Figure(f"{name} per trial", figures.tuning(objectives)),)))
    else:
        blocks.append(Text(f"{counted(len(trials), 'trial')} ran and none reported its objective."))
    return [*blocks, _trials(trials, objectives)]


def _trials(trials: list[Document], objectives: list[float | None]) -> Table:
    names = list(dict.fromkeys(name for trial in trials for name in trial.get("parameters") or ()))
    rows = tuple(
        (
            str(index),
            measure(objective),
            *(_parameter((trial.get("parameters") or {}).get(name)) for name in names),
            seconds(trial.get("seconds")),
            written(trial.get("status")),
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
    """A parameter as SageMaker holds it, a text, with the digits that matter."""
    try:
        return f"{float(str(value)):.4g}"
    except ValueError:
        return written(value)


def evaluation(summary: Document) -> list[Block]:
    """Goals, curves and decisions on held-out months."""
    found = summary.get("evaluation") or {}
    if not found:
        return [Text(_NO_EVALUATION)]
    metrics = found.get("metrics") or summary.get("metrics") or {}
    blocks: list[Block] = [Text(text) for text in _sentences(found, metrics)]
    if goals := found.get("goals"):
        rows = tuple(
            (written(goal["metric"]), str(goal["minimum"]), measure(goal["value"]), "yes" if goal["met"] else "no")
            for goal in goals
        )
        blocks.append(Table("Goals", columns("metric", "#at least", "#reached", "met"), rows))
    if drawn := _curves(found):
        blocks.append(Figures(drawn))
    if metrics:
        values = tuple((name, _metric(value)) for name, value in metrics.items())
        blocks.append(Table("All metrics", columns("metric", "#value"), values, folded=True))
    return blocks


def _sentences(found: Document, metrics: Document) -> list[str]:
    sentences = []
    if months := (found.get("months") or {}).get("test"):
        sentences.append(f"Judged on {in_words(list(months))}, which neither fit nor tuning has seen.")
    if {"precision", "recall"} <= set(metrics) and found.get("threshold") is not None:
        sentences.append(
            f"At the threshold of least cost, {found['threshold']:.3f}, the model names {share(metrics['recall'])} of "
            f"the positives, and {share(metrics['precision'])} of what it names is positive."
        )
    if (difference := found.get("onnx_difference")) is not None:
        sentences.append(f"Exported ONNX graph and native model differ by at most {difference:.1e}.")
    return sentences


def _curves(found: Document) -> tuple[Figure, ...]:
    curves, rate = found.get("curves") or {}, (found.get("base_rates") or {}).get("test")
    drawn = []
    if points := curves.get("roc"):
        spec = figures.curve(points, "false_positive_rate", "true_positive_rate", diagonal=True)
        drawn.append(Figure("ROC curve", spec, "Dashed: chance."))
    if points := curves.get("precision_recall"):
        spec = figures.curve(points, "recall", "precision", level=rate)
        drawn.append(Figure("Precision and recall", spec, "Dashed: share of positives, the precision of chance."))
    if points := curves.get("calibration"):
        spec = figures.curve(points, "mean_predicted", "observed", diagonal=True, markers=True)
        drawn.append(Figure("Calibration", spec, "Ten bins of equal size. Dashed: predicted equals observed."))
    if points := curves.get("cost"):
        spec = figures.curve(points, "threshold", "cost_per_row", at=found.get("threshold"), unit_square=False)
        drawn.append(Figure("Cost of mistakes by threshold", spec, "Dotted: the threshold in use."))
    return tuple(drawn)


def _metric(value: object) -> str:
    is_count = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return count(int(float(str(value)))) if is_count else measure(value)


def importance(summary: Document) -> list[Block]:
    """Share of gain, and ROC AUC lost when a feature's values are shuffled."""
    entries = (summary.get("evaluation") or {}).get("importance") or []
    if not entries:
        return [Text("The evaluation names no feature importance.")]
    ranked = sorted(entries, key=lambda entry: -(entry.get("gain") or 0))
    shown = ranked[:_MOST_FEATURES]
    first = in_words([str(entry["feature"]).replace("_", " ") for entry in ranked[:3]])
    title = f"The {len(shown)} features with the largest gain" if len(ranked) > len(shown) else "Features by gain"
    rows = tuple(
        (written(entry["feature"]), share(entry.get("gain")), measure(entry.get("permutation"))) for entry in ranked
    )
    used = sum(1 for entry in ranked if entry.get("gain"))
    return [
        Text(f"The model relies most on {first}. It uses {count(used)} of {counted(len(ranked), 'feature')}."),
        Figures((Figure(title, figures.importance(shown)),)),
        Table("All features", columns("feature", "#share of gain", "#ROC AUC lost"), rows, folded=True),
    ]


def registry(summary: Document) -> list[Block]:
    """Versions with their aliases in MLflow, packages in SageMaker."""
    found = summary.get("registry") or {}
    blocks: list[Block] = []
    if versions := found.get("versions"):
        ordered = sorted(versions, key=lambda each: -int(each["version"]))
        rows = tuple(
            (written(each["version"]), _aliases(each, found.get("champion") or {}), written(each.get("run_id")))
            for each in ordered
        )
        blocks.append(Table(f"MLflow: {written(found.get('model'))}", columns("version", "aliases", "run"), rows))
    if packages := found.get("packages"):
        named = tuple((written(each.get("arn")), written(each.get("approval"))) for each in packages)
        blocks.append(Table("SageMaker model packages", columns("package", "approval"), named))
    return blocks or [Text("No model is registered yet.")]


def _aliases(version: Document, champion: Document) -> str:
    """The aliases of a version; MLflow's search gives none, so the champion is known by its number."""
    names = set(version.get("aliases") or ())
    if str(version["version"]) == str(champion.get("version")):
        names.add(CHAMPION)
    return ", ".join(sorted(names)) or "none"
