"""The figures of an evaluation: those whose points the training job wrote, which depend on the problem."""

from collections.abc import Sequence

import plotly.graph_objects as go

from reports import figures
from reports.blocks import Document, Figure
from reports.figures import MAIN, QUIET, SECOND


def curves(document: Document) -> tuple[Figure, ...]:
    """Return a figure for each set of points in the evaluation."""
    points = document.get("curves") or {}
    return (*_binary(document, points), *_regression(points))


def _binary(document: Document, points: Document) -> list[Figure]:
    rate = ((document.get("labels") or {}).get("test") or {}).get("base_rate")
    drawn = []
    if each := points.get("roc"):
        spec = figures.curve(each, "false_positive_rate", "true_positive_rate", diagonal=True)
        drawn.append(Figure("ROC curve", spec, "Dashed: a random classifier."))
    if each := points.get("precision_recall"):
        spec = figures.curve(each, "recall", "precision", level=rate)
        drawn.append(
            Figure("Precision and recall", spec, "Dashed: precision of a random classifier, the share of positives.")
        )
    if each := points.get("calibration"):
        spec = figures.curve(each, "mean_predicted", "observed", diagonal=True, markers=True)
        drawn.append(Figure("Calibration", spec, "Ten bins of equal size. Dashed: predicted equals observed."))
    if each := points.get("cost"):
        spec = figures.curve(each, "threshold", "cost_per_row", at=document.get("threshold"), unit_square=False)
        note = "Dotted: the threshold in use, which cost least on the validation split; the curve is of the test split."
        drawn.append(Figure("Cost of mistakes by threshold", spec, note))
    return drawn


def _regression(points: Document) -> list[Figure]:
    drawn = []
    if each := points.get("predicted_actual"):
        note = "Bins of equal size by prediction. Dashed: predicted equals actual."
        drawn.append(Figure("Predicted against actual", _predicted_actual(each), note))
    if each := points.get("residuals"):
        note = "Predicted minus actual; the first and the last bar include all rows beyond."
        drawn.append(Figure("Errors", _residuals(each), note))
    if each := points.get("error_by_day"):
        drawn.append(Figure("Error by day", _error_by_day(each), "Bias is the mean of predicted minus actual."))
    return drawn


def _predicted_actual(points: Sequence[Document]) -> Document:
    figure = go.Figure()
    values = [point[name] for point in points for name in ("mean_predicted", "mean_actual")]
    ends = [min(values), max(values)]
    figure.add_scatter(
        x=ends, y=ends, mode="lines", line={"color": QUIET, "dash": "dash", "width": 1}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=[point["mean_predicted"] for point in points],
        y=[point["mean_actual"] for point in points],
        mode="lines+markers",
        line={"color": MAIN, "width": 2},
        customdata=[[f"{point['rows']:,}"] for point in points],
        hovertemplate="predicted %{x:,.4g}, actual %{y:,.4g}, %{customdata[0]} rows<extra></extra>",
    )
    figure.update_xaxes(title="mean predicted")
    figure.update_yaxes(title="mean actual", automargin=True)
    figure.update_layout(showlegend=False)
    return figures.document(figure, height=320)


def _residuals(points: Sequence[Document]) -> Document:
    figure = go.Figure()
    figure.add_bar(
        x=[(point["from"] + point["to"]) / 2 for point in points],
        y=[point["rows"] for point in points],
        width=[point["to"] - point["from"] for point in points],
        marker={"color": MAIN},
        customdata=[[point["from"], point["to"]] for point in points],
        hovertemplate="%{customdata[0]:,.4g} to %{customdata[1]:,.4g}: %{y:,} rows<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": SECOND, "dash": "dot", "width": 2})
    figure.update_xaxes(title="predicted minus actual")
    figure.update_yaxes(title="rows", automargin=True)
    figure.update_layout(showlegend=False)
    return figures.document(figure, height=320)


def _error_by_day(points: Sequence[Document]) -> Document:
    figure = go.Figure()
    for name, title, colour in (("mae", "mean absolute error", MAIN), ("bias", "bias", SECOND)):
        figure.add_scatter(
            name=title,
            x=[point["day"] for point in points],
            y=[point[name] for point in points],
            mode="lines+markers",
            line={"color": colour, "width": 2},
            hovertemplate="%{x}: %{y:,.4g}<extra></extra>",
        )
    figure.update_xaxes(type="date", tickformat="%-d %b %Y")
    figure.update_yaxes(automargin=True)
    figure.update_layout(legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0})
    return figures.document(figure, height=320, top=30)
