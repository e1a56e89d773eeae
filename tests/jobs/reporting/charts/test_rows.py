"""Charts with a row for each name are tables whose marks lie on one scale."""

import math

from jobs.reporting.charts.rows import Bar, Dot, Row, Rows, rows, strip
from jobs.reporting.charts.scale import Scale
from tests.jobs.reporting.page_reader import Page

SCALE = Scale(0, 10)
HOSTILE = "<script>alert(1)</script>"


def test_a_dot_lies_on_its_interval() -> None:
    drawn = strip(SCALE, [Dot(5, (4, 7))], reference=6)
    assert '<i style="left:40%;width:30%"></i><b style="left:50%"></b>' in drawn
    assert '<s style="left:60%"></s>' in drawn


def test_undefined_values_have_no_mark() -> None:
    assert "<b" not in strip(SCALE, [Dot(None), Dot(math.nan)], reference=math.nan)


def test_negative_bars_go_to_the_left() -> None:
    assert 'style="left:20%;width:30%"' in strip(Scale(-5, 5), [Bar(0, -3)])


def test_names_and_texts_are_escaped_and_faint_rows_are_marked() -> None:
    chart = Rows(
        title=HOSTILE,
        scale=SCALE,
        rows=[Row(HOSTILE, [Bar(0, 1, HOSTILE)], [HOSTILE]), Row("small", [Dot(1)], ["3"], faint=True)],
        heads=(HOSTILE, "rows"),
        axis=HOSTILE,
    )
    page = Page(rows(chart))
    assert "script" not in page.tags
    assert 'class="faint"' in page.source
    assert ["small", "", "3"] in page.rows
