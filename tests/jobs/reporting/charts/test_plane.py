"""Charts with two axes draw what they are given and nothing that is no number."""

import math

from jobs.reporting.charts.plane import Column, Plane, Point, Reference, Series, plane
from jobs.reporting.charts.scale import Categories, Scale

HOSTILE = "</text><script>alert(1)</script>"


def chart(*points: Point, **options: object) -> Plane:
    series = Series(points, "this", dots=True, **options)  # type: ignore[arg-type]
    return Plane(title="chart", x=Scale(0, 10), y=Scale(0, 10), series=[series])


def test_points_become_a_line_and_dots_with_their_text() -> None:
    drawn = plane(chart(Point(0, 0, "start"), Point(5, 10, "middle", (8, 10))))
    assert 'points="0.00,100.00 50.00,0.00"' in drawn
    assert '<circle cx="50%" cy="0%" r="4" class="a"><title>middle</title></circle>' in drawn
    assert 'y1="20%" y2="0%" class="whisker a"' in drawn


def test_undefined_points_are_left_out() -> None:
    drawn = plane(chart(Point(0, 0), Point(3, None), Point(4, math.nan), Point(10, 5)))
    assert drawn.count("<circle") == 2
    assert "nan" not in drawn.lower()
    assert "none" not in drawn.lower().replace('preserveaspectratio="none"', "")


def test_a_step_keeps_its_value_until_the_next_point() -> None:
    assert 'points="0.00,90.00 50.00,90.00 50.00,50.00"' in plane(chart(Point(0, 1), Point(5, 5), step=True))


def test_names_are_escaped() -> None:
    drawn = plane(
        Plane(
            title=HOSTILE,
            x=Categories([HOSTILE]),
            y=Scale(0, 1),
            x_title=HOSTILE,
            y_title=HOSTILE,
            series=[Series([Point(0, 1, HOSTILE)], HOSTILE, dots=True)],
            columns=[Column(0, 0, 1, HOSTILE)],
        )
    )
    assert "<script" not in drawn


def test_bars_and_reference_lines_have_their_place() -> None:
    drawn = plane(
        Plane(
            title="chart",
            x=Scale(0, 10),
            y=Scale(0, 10),
            columns=[Column(2, 4, 5, "two to four")],
            references=[Reference((0, 0), (10, 10)), Reference((5, 0), (5, 10), mark=True)],
        )
    )
    assert '<rect x="20%" y="50%" width="20%" height="50%" class="column a"><title>two to four</title></rect>' in drawn
    assert 'x1="0%" y1="100%" x2="100%" y2="0%" class="reference"' in drawn
    assert 'x1="50%" y1="100%" x2="50%" y2="0%" class="mark"' in drawn


def test_an_empty_chart_is_drawn() -> None:
    assert "<svg" in plane(Plane(title="nothing", x=Categories([]), y=Scale.over([])))
