"""The sections on the model: evaluation, feature importance and registry."""

from jobs.contracts.training import CHAMPION
from reports import figures
from reports.blocks import (
    ABSENT,
    Block,
    Document,
    Figure,
    Figures,
    Table,
    Text,
    as_text,
    columns,
    count,
    enumerated,
    measure,
    share,
    with_noun,
)
from reports.measures import as_number

_NO_EVALUATION = "The run has no evaluation: the training job did not complete, or evaluation.json was deleted."
_MOST_FEATURES = 25


def evaluation(summary: Document) -> list[Block]:
    """Return goals, curves and metrics on the test months."""
    document = summary.get("evaluation") or {}
    if not document:
        return [Text(_NO_EVALUATION)]
    metrics = document.get("metrics") or summary.get("metrics") or {}
    blocks: list[Block] = [Text(text) for text in _sentences(document, metrics)]
    if goals := document.get("goals"):
        blocks.append(_goals(goals))
    if drawn := _curves(document):
        blocks.append(Figures(drawn))
    if metrics:
        values = tuple((name, _metric(value)) for name, value in metrics.items())
        blocks.append(Table("All metrics", columns("metric", "#value"), values, folded=True))
    return blocks


def _goals(goals: list[Document]) -> Table:
    rows = tuple(
        (
            as_text(goal.get("title") or goal["metric"]),
            _slice_of(goal),
            f"{'at least' if goal.get('direction') == 'higher' else 'at most'} {as_number(goal.get('limit'))}",
            as_text(goal.get("baseline")),
            as_number(goal.get("value")),
            " to ".join(as_number(end) for end in goal.get("interval") or ()) or ABSENT,
            "yes" if goal.get("met") else "no",
        )
        for goal in goals
    )
    heads = columns("metric", "rows", "goal", "baseline", "#value", "95 % interval", "met")
    return Table("Goals", heads, rows)


def _slice_of(goal: Document) -> str:
    part = goal.get("slice")
    return f"{part['dimension']} {part['value']} (the worst)" if part else "all"


def _sentences(document: Document, metrics: Document) -> list[str]:
    sentences = []
    if span := (document.get("partitions") or {}).get("test"):
        tested = span[0] if span[0] == span[-1] else f"{span[0]} to {span[-1]}"
        sentences.append(f"Evaluated on {tested}, which training and tuning did not use.")
    if {"precision", "recall"} <= set(metrics) and document.get("threshold") is not None:
        sentences.append(
            f"At the threshold with the lowest cost, {document['threshold']:.3f}, the model detects "
            f"{share(metrics['recall'])} of the positives (recall), and {share(metrics['precision'])} of its positive "
            "predictions are correct (precision)."
        )
    if (difference := document.get("onnx_difference")) is not None:
        sentences.append(f"Predictions of the ONNX graph and of the native model differ by at most {difference:.1e}.")
    return sentences


def _curves(document: Document) -> tuple[Figure, ...]:
    curves, rate = document.get("curves") or {}, ((document.get("labels") or {}).get("test") or {}).get("base_rate")
    drawn = []
    if points := curves.get("roc"):
        spec = figures.curve(points, "false_positive_rate", "true_positive_rate", diagonal=True)
        drawn.append(Figure("ROC curve", spec, "Dashed: a random classifier."))
    if points := curves.get("precision_recall"):
        spec = figures.curve(points, "recall", "precision", level=rate)
        drawn.append(
            Figure("Precision and recall", spec, "Dashed: precision of a random classifier, the share of positives.")
        )
    if points := curves.get("calibration"):
        spec = figures.curve(points, "mean_predicted", "observed", diagonal=True, markers=True)
        drawn.append(Figure("Calibration", spec, "Ten bins of equal size. Dashed: predicted equals observed."))
    if points := curves.get("cost"):
        spec = figures.curve(points, "threshold", "cost_per_row", at=document.get("threshold"), unit_square=False)
        drawn.append(Figure("Cost of mistakes by threshold", spec, "Dotted: the threshold in use."))
    return tuple(drawn)


def _metric(value: object) -> str:
    is_count = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return count(int(float(str(value)))) if is_count else measure(value)


def importance(summary: Document) -> list[Block]:
    """Return the share of gain of each feature, and the loss of ROC AUC when its values are shuffled."""
    entries = (summary.get("evaluation") or {}).get("importance") or []
    if not entries:
        return [Text("The evaluation contains no feature importance.")]
    ranked = sorted(entries, key=lambda entry: -(entry.get("gain") or 0))
    shown = ranked[:_MOST_FEATURES]
    first = enumerated([str(entry["feature"]).replace("_", " ") for entry in ranked[:3]])
    title = f"The {len(shown)} features with the largest gain" if len(ranked) > len(shown) else "Features by gain"
    rows = tuple(
        (as_text(entry["feature"]), share(entry.get("gain")), measure(entry.get("permutation"))) for entry in ranked
    )
    used = sum(1 for entry in ranked if entry.get("gain"))
    return [
        Text(f"The model relies most on {first}. It uses {count(used)} of {with_noun(len(ranked), 'feature')}."),
        Figures((Figure(title, figures.importance(shown)),)),
        Table("All features", columns("feature", "#share of gain", "#loss of ROC AUC"), rows, folded=True),
    ]


def registry(summary: Document) -> list[Block]:
    """Return the model versions in MLflow with their aliases, and the model packages in SageMaker."""
    registered = summary.get("registry") or {}
    blocks: list[Block] = []
    if versions := registered.get("versions"):
        ordered = sorted(versions, key=lambda each: -int(each["version"]))
        rows = tuple(
            (as_text(each["version"]), _aliases(each, registered.get("champion") or {}), as_text(each.get("run_id")))
            for each in ordered
        )
        blocks.append(Table(f"MLflow: {as_text(registered.get('model'))}", columns("version", "aliases", "run"), rows))
    if packages := registered.get("packages"):
        named = tuple((as_text(each.get("arn")), as_text(each.get("approval"))) for each in packages)
        blocks.append(Table("SageMaker model packages", columns("package", "approval"), named))
    return blocks or [Text("No model is registered yet.")]


def _aliases(version: Document, champion: Document) -> str:
    """Format the aliases of a version; MLflow's search omits them, so the champion is identified by its number."""
    names = set(version.get("aliases") or ())
    if str(version["version"]) == str(champion.get("version")):
        names.add(CHAMPION)
    return ", ".join(sorted(names)) or "none"
