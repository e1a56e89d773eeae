"""The colors of pages are readable in the light and in the dark set (WCAG 2.2, level AA)."""

import re
from pathlib import Path

import pytest

STYLE = (Path(__file__).parents[3] / "jobs/reporting/page.css").read_text()
SETS = dict(zip(("light", "dark"), re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL), strict=True))
TEXTS = ("ink", "muted", "good", "wait", "bad", "link")
MARKS = ("a", "b", "c", "d", "e", "f", "quiet", "good", "bad")


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", SETS)
def test_text_and_marks_contrast_with_the_page_and_its_panels(name: str) -> None:
    colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", SETS[name]))
    for background in (colors["page"], colors["panel"]):
        assert [text for text in TEXTS if contrast(colors[text], background) < 4.5] == []
        assert [mark for mark in MARKS if contrast(colors[mark], background) < 3] == []


def test_both_sets_define_the_same_colors() -> None:
    light, dark = (set(re.findall(r"--(\w+): #", colors)) for colors in SETS.values())
    assert light == dark
