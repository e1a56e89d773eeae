"""The section on the evaluation: goals, the model beside baselines and champion, and figures of its problem."""

from collections.abc import Iterator

from jobs.contracts.metrics import METRICS, Metric
from reports.blocks import (
    ABSENT,
    Block,
    Column,
    Document,
    Figures,
    Table,
    Text,
    as_text,
    columns,
    count,
    share,
    span_text,
)
from reports.evaluation_figures import curves
from reports.measures import as_number, problem_of

_NO_EVALUATION = "No model was evaluated in this run."


def evaluation(summary: Document) -> list[Block]:
    """Return goals, comparisons, figures and metrics on the test split."""
    document = summary.get("evaluation") or {}
    if not document:
        return [Text(_NO_EVALUATION)]
    metrics = document.get("metrics") or {}
    blocks: list[Block] = [Text(text) for text in _sentences(document, metrics)]
    if goals := document.get("goals"):
        blocks.append(_goals(goals))
    measured = [each for each in METRICS.values() if problem_of(summary) in each.problems and not each.needs_decision]
    if rows := tuple(_comparisons(document, metrics, measured)):
        heads = columns("compared with", "metric", "#rows", "#its value", "#the model on the same rows", "the model is")
        blocks.append(Table("The model beside baselines and champion", heads, rows))
    if drawn := curves(document):
        blocks.append(Figures(drawn))
    blocks += _class_tables(document.get("curves") or {})
    if metrics:
        values = tuple((_title(name), as_number(value)) for name, value in metrics.items())
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
            _improvement(goal),
            "yes" if goal.get("met") else "no",
        )
        for goal in goals
    )
    heads = columns("metric", "rows", "goal", "baseline", "#value", "95 % interval", "better than the baseline", "met")
    return Table("Goals", heads, rows)


def _improvement(goal: Document) -> str:
    value, interval = goal.get("improvement_value"), goal.get("improvement_interval")
    if value is None:
        return ABSENT
    return share(value) + (f" ({share(interval[0])} to {share(interval[1])})" if interval else "")


def _slice_of(goal: Document) -> str:
    part = goal.get("slice")
    return f"{part['dimension']} {part['value']} (the worst)" if part else "all"


def _sentences(document: Document, metrics: Document) -> Iterator[str]:
    if span := (document.get("partitions") or {}).get("test"):
        yield f"Evaluated on {span_text(span)}, which training and tuning did not use."
    if {"precision", "recall"} <= set(metrics) and document.get("threshold") is not None:
        yield (
            f"At the threshold {document['threshold']:.3f}, which cost least on the validation split, the model "
            f"detects {share(metrics['recall'])} of the positives (recall), and {share(metrics['precision'])} of its "
            "positive predictions are correct (precision)."
        )
    if (bias := metrics.get("bias")) is not None:
        yield f"On average the model predicts {as_number(abs(bias))} too {'much' if bias > 0 else 'little'}."
    if (difference := document.get("onnx_difference")) is not None:
        yield f"Predictions of the ONNX graph and of the native model differ by at most {difference:.1e}."


def _comparisons(document: Document, metrics: Document, measured: list[Metric]) -> Iterator[tuple[str, ...]]:
    for name, baseline in (document.get("baselines") or {}).items():
        own = baseline.get("model_metrics") or {}
        yield from _compared(f"baseline {name}", baseline.get("rows"), baseline.get("metrics") or {}, own, measured)
    champion = document.get("champion_before") or {}
    rows = (document.get("rows") or {}).get("test")
    yield from _compared(
        f"champion, version {champion.get('version')}", rows, champion.get("metrics") or {}, metrics, measured
    )


def _compared(
    subject: str, rows: object, others: Document, own: Document, measured: list[Metric]
) -> Iterator[tuple[str, ...]]:
    for metric in measured:
        other, value = others.get(metric.name), own.get(metric.name)
        if other is None or value is None:
            continue
        gain = metric.gain(value, other)
        verdict = "equal" if gain == 0 else f"{'better' if gain > 0 else 'worse'} by {as_number(abs(gain))}"
        yield (subject, metric.title, count(rows), as_number(other), as_number(value), verdict)


def _class_tables(drawn: Document) -> Iterator[Table]:
    if confusion := drawn.get("confusion"):
        classes = [str(name) for name in confusion["classes"]]
        heads = (Column("actual"), *(Column(f"predicted {name}", number=True) for name in classes))
        counted = zip(classes, confusion["counts"], strict=True)
        rows = tuple((name, *(count(number) for number in numbers)) for name, numbers in counted)
        yield Table("Rows by actual and predicted class", heads, rows)
    if by_class := drawn.get("by_class"):
        parts = tuple(
            (as_text(part["class"]), count(part["rows"]), share(part["precision"]), share(part["recall"]))
            for part in by_class
        )
        yield Table("Precision and recall of each class", columns("class", "#rows", "#precision", "#recall"), parts)


def _title(name: str) -> str:
    return METRICS[name].title if name in METRICS else name.replace("_", " ")
