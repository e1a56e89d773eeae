"""The figures as plotly documents, in colors for light and dark pages; the page's script sets fonts and grid lines."""

from collections.abc import Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from jobs.contracts.metrics import Metric
from reports.blocks import Document
from reports.lanes import PROCESS, TASK, Bar

MAIN, SECOND, QUIET, FAILED = "#4c84b8", "#d0803f", "#8a94a3", "#c9504b"
_ROW = 22
_MARGIN = {"l": 8, "r": 16, "t": 8, "b": 40}


def timeline(bars: Sequence[Bar]) -> Document:
    """Return bars in rows over the seconds since the start of the run."""
    figure = go.Figure()
    for group, colour in ((TASK, MAIN), (PROCESS, SECOND)):
        chosen = [bar for bar in bars if bar.group == group]
        figure.add_bar(
            name=group,
            orientation="h",
            y=[escape(bar.row) for bar in chosen],
            x=[bar.seconds for bar in chosen],
            base=[bar.start for bar in chosen],
            marker={
                "color": [FAILED if bar.state.lower() == "failed" else colour for bar in chosen],
                "line": {"width": 1, "color": colour},
            },
            width=0.7,
            customdata=[[escape(bar.name), escape(bar.state), f"{bar.seconds:.1f} s"] for bar in chosen],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]}, %{customdata[2]}<extra></extra>",
        )
    rows = list(dict.fromkeys(escape(bar.row) for bar in bars))
    figure.update_yaxes(categoryorder="array", categoryarray=rows, autorange="reversed", automargin=True)
    figure.update_xaxes(title="seconds since the first task", rangemode="tozero")
    figure.update_layout(barmode="overlay", legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0})
    return document(figure, height=_ROW * len(rows) + 90, top=30)


def bars(values: Sequence[tuple[str, float]], unit: str) -> Document:
    """Return a bar per named value, the first on top."""
    figure = go.Figure()
    figure.add_bar(
        orientation="h",
        y=[escape(name) for name, _ in values],
        x=[value for _, value in values],
        marker_color=MAIN,
        text=[f"{value:,}" for _, value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,} " + unit + "<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", automargin=True, type="category")
    largest = max(value for _, value in values)
    figure.update_xaxes(title=unit, rangemode="tozero", dtick=1 if largest <= 10 else None)
    return document(figure, height=_ROW * len(values) + 80, right=60)


def importance(entries: Sequence[Document], loss: str) -> Document:
    """Return two panels: the share of gain, and the loss when the feature is shuffled."""
    figure = make_subplots(rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.04)
    names = [escape(str(entry["feature"])) for entry in entries]
    panels = (("gain", "share of gain", MAIN, ".1%"), ("permutation", loss, SECOND, ".4g"))
    for column, (key, title, colour, form) in enumerate(panels, start=1):
        figure.add_bar(
            row=1,
            col=column,
            orientation="h",
            y=names,
            x=[entry.get(key) or 0 for entry in entries],
            marker_color=colour,
            hovertemplate="%{y}: %{x:" + form + "}<extra></extra>",
        )
        figure.update_xaxes(row=1, col=column, title=title, tickformat=".0%" if key == "gain" else "")
    figure.update_yaxes(autorange="reversed", automargin=True, type="category")
    figure.update_layout(showlegend=False)
    return document(figure, height=_ROW * len(entries) + 80)


def curve(
    points: Sequence[Document],
    x: str,
    y: str,
    *,
    diagonal: bool = False,
    level: float | None = None,
    at: float | None = None,
    markers: bool = False,
    unit_square: bool = True,
) -> Document:
    """Return a line through the points, with a dashed reference line: the diagonal or a constant level."""
    figure = go.Figure()
    if diagonal or level is not None:
        reference = [0, 1] if diagonal else [level, level]
        dashes = {"color": QUIET, "dash": "dash", "width": 1}
        figure.add_scatter(x=[0, 1], y=reference, mode="lines", line=dashes, hoverinfo="skip")
    figure.add_scatter(
        x=[point[x] for point in points],
        y=[point[y] for point in points],
        mode="lines+markers" if markers else "lines",
        line={"color": MAIN, "width": 2},
        marker={"size": 7},
        hovertemplate="%{x:.3f}, %{y:.3f}<extra></extra>",
    )
    if at is not None:
        figure.add_vline(x=at, line={"color": SECOND, "dash": "dot", "width": 2})
    if unit_square:
        figure.update_xaxes(range=[0, 1.01], dtick=0.2)
        figure.update_yaxes(range=[0, 1.01], dtick=0.2)
    figure.update_xaxes(title=x.replace("_", " "))
    figure.update_yaxes(title=y.replace("_", " "), rangemode="tozero", automargin=True)
    figure.update_layout(showlegend=False)
    return document(figure, height=320)


def slices(parts: Sequence[Document], overall: float | None, metric: Metric) -> Document:
    """Return a metric of each value, with a dashed line at its value over all rows."""
    figure = go.Figure()
    figure.add_scatter(
        x=[escape(str(part["value"])) for part in parts],
        y=[part[metric.name] for part in parts],
        mode="markers",
        marker={"color": MAIN, "size": 9},
        customdata=[[f"{part.get('rows', 0):,}"] for part in parts],
        hovertemplate="%{x}: %{y:.4g}, %{customdata[0]} rows<extra></extra>",
    )
    if overall is not None:
        figure.add_hline(y=overall, line={"color": QUIET, "dash": "dash", "width": 1})
    figure.update_xaxes(type="category", tickangle=-60 if len(parts) > 10 else 0, automargin=True)
    values = [part[metric.name] for part in parts] + ([] if overall is None else [overall])
    padding = (max(values) - min(values)) * 0.08 or 0.01
    figure.update_yaxes(title=metric.title, automargin=True, range=[min(values) - padding, max(values) + padding])
    figure.update_layout(showlegend=False)
    return document(figure, height=280)


def tuning(objectives: Sequence[float | None], *, higher_is_better: bool) -> Document:
    """Return the objective of each trial and the best objective up to it."""
    better = max if higher_is_better else min
    numbers = list(range(1, len(objectives) + 1))
    best: list[float | None] = []
    for value in objectives:
        measured = [each for each in (*best[-1:], value) if each is not None]
        best.append(better(measured, default=None))
    figure = go.Figure()
    figure.add_scatter(
        name="best so far", x=numbers, y=best, mode="lines", line={"color": SECOND, "shape": "hv", "width": 2}
    )
    figure.add_scatter(name="trial", x=numbers, y=list(objectives), mode="markers", marker={"color": MAIN, "size": 9})
    figure.update_traces(hovertemplate="trial %{x}: %{y:.4g}<extra></extra>")
    figure.update_xaxes(title="trial", dtick=1 if len(numbers) <= 25 else None, range=[0.5, len(numbers) + 0.5])
    figure.update_yaxes(automargin=True)
    figure.update_layout(legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0})
    return document(figure, height=280, top=30)


def document(figure: Any, *, height: int, top: int = 8, right: int = 16) -> Document:
    """Return a figure as a plotly document of this height, with the margins of the page."""
    figure.update_layout(height=height, margin={**_MARGIN, "t": top, "r": right}, bargap=0.3)
    figure.layout.template = None
    return dict(figure.to_plotly_json())
