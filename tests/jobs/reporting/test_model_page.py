"""The page of a model: every section of each problem, small, self-contained, and true to its evaluation."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobs.reporting.model_page import model_page
from tests.jobs.reporting import documents
from tests.jobs.reporting.page_reader import Page

ROOT = Path(__file__).parents[3]
PROBLEMS = {"binary": documents.binary, "multiclass": documents.multiclass, "regression": documents.regression}
LARGEST_PAGE = 600_000
HOSTILE = '</style></title><script>alert(1)</script><img src=x onerror="alert(1)">'
#: Values that the platform defines and compares with, so they cannot be hostile.
FIXED = {"problem", "metric", "kind", "direction"}


def page(document: dict[str, Any]) -> Page:
    return Page(model_page(document))


@pytest.fixture(params=PROBLEMS)
def evaluation(request: pytest.FixtureRequest) -> dict[str, Any]:
    return PROBLEMS[request.param]()


def test_the_question_and_the_verdict_come_before_everything_else(evaluation: dict[str, Any]) -> None:
    text = page(evaluation).text
    places = [text.index(evaluation["question"]), text.index("Version 10, the model of this run,")]
    places += [text.index(title) for title in ("Goals met", "Intervals: 95%", "Lines: 95% intervals, bootstrap")]
    assert places == sorted(places)


def test_every_problem_has_its_sections_in_order(evaluation: dict[str, Any]) -> None:
    own = {"binary": "decision", "multiclass": "classes", "regression": "errors"}[evaluation["problem"]]
    expected = ["goals", "metrics", "over-time", own, "slices", "features", "validation", "tuning", "lineage"]
    read = page(evaluation)
    assert read.anchors == expected
    assert read.links == [f"#{anchor}" for anchor in expected]


def test_a_page_is_small_and_fetches_and_runs_nothing(evaluation: dict[str, Any]) -> None:
    read = page(evaluation)
    assert len(read.source.encode()) < LARGEST_PAGE
    assert (read.fetched, read.handlers) == ([], [])
    assert "script" not in read.tags
    assert "url(" not in read.styles
    assert "@import" not in read.styles
    assert "default-src 'none'; style-src 'unsafe-inline'" in read.source


def test_a_page_with_many_slices_features_and_trials_is_small() -> None:
    document = documents.binary()
    document["slices"] = [
        {**each, "dimension": f"{each['dimension']}_{n}"} for n in range(20) for each in document["slices"]
    ]
    document["importance"] *= 8
    document["tuning"] *= 20
    assert len(model_page(document).encode()) < LARGEST_PAGE


def test_a_page_of_hourly_partitions_is_small_and_says_what_it_leaves_out() -> None:
    document = documents.binary()
    hours = [
        f"2013-{month:02d}-{day:02d}-{hour:02d}" for month in (11, 12) for day in range(1, 31) for hour in range(24)
    ]
    document["by_partition"] = [{**document["by_partition"][0], "partition": hour} for hour in hours]
    document["slices"] += [{**document["slices"][0], "dimension": "hour_utc", "value": hour} for hour in hours]
    read = page(document)
    assert len(read.source.encode()) < LARGEST_PAGE
    assert read.text.count("The first 200 of 1,440 rows; evaluation.json has all.") == 2
    assert "The 24 values with the most rows; the table below has 1,416 values more." in read.text
    assert "ROC AUC by hour UTC" in read.text


def test_no_number_is_undefined_on_a_page(evaluation: dict[str, Any]) -> None:
    source = page(evaluation).source
    for word in ("NaN", "nan%", "inf%", "None", "null"):
        assert word not in source


def replaced(value: Any, name: str = "") -> Any:
    """The document with every free text made hostile, keys of objects with free names too."""
    if isinstance(value, dict):
        free = name in ("baselines", "snapshots", "parameters", "shares", "fitted")
        return {(HOSTILE if free else key): replaced(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [replaced(each, name) for each in value]
    return HOSTILE if isinstance(value, str) and name not in FIXED else value


def test_no_text_becomes_markup(evaluation: dict[str, Any]) -> None:
    read = page(replaced(evaluation))
    assert HOSTILE in " ".join(read.words)
    assert {"script", "img"}.isdisjoint(read.tags)
    assert read.handlers == []


@pytest.mark.parametrize("empty", ["absent", None, "like"])
def test_any_part_may_be_empty(evaluation: dict[str, Any], empty: str | None) -> None:
    for key, value in evaluation.items():
        if key in FIXED:
            continue
        changed: dict[str, Any] = {**evaluation, key: type(value)() if empty == "like" else None}
        if empty == "absent":
            del changed[key]
        assert "<main>" in model_page(changed), key


def test_a_document_of_json_gives_the_same_page(evaluation: dict[str, Any]) -> None:
    assert model_page(json.loads(json.dumps(evaluation))) == model_page(evaluation)


def test_goals_say_in_words_what_is_met() -> None:
    read = page(documents.regression())
    assert read.row("Mean absolute error")[1:4] == [
        "✗ not met",
        "25.0% better than last week (40) with 95% confidence",
        "22.0% better 17.5% to 26.0%",
    ]
    assert "1 of 2 goals met." in read.text


def test_a_goal_for_slices_names_the_worst() -> None:
    assert page(documents.binary()).row("Log loss month 2013-11, the worst of 2 values, 27,000 rows")[1] == "✓ met"


def test_a_goal_that_could_not_be_measured_and_one_not_to_be_worse() -> None:
    document = documents.regression()
    nothing = {"dimension": "hour_utc", "value": None, "rows": 0, "values": 0}
    document["goals"][1] |= {"slice": nothing, "value": None, "interval": None, "met": False}
    document["goals"][0] |= {"improvement": 0.0, "improvement_value": -0.05, "improvement_interval": [-0.08, -0.01]}
    read = page(document)
    assert read.row("Absolute error as a share of the total hour UTC: no value has enough rows")[1:4] == [
        *("✗ not met", "at most 0.2", "-"),
    ]
    assert read.row("Mean absolute error")[2:4] == [
        *("not worse than last week (40) with 95% confidence", "5.0% worse -8.0% to -1.0%"),
    ]


def test_the_model_is_shown_beside_baselines_and_champion() -> None:
    read = page(documents.regression())
    assert ["Champion, version 9", "", "30.5"] in read.rows
    assert ["Same hour of last week", "", "40.00 (39.20 to 40.80)"] in read.rows
    assert ["Same hour of last week", "21.8% better (95%: 17.5% to 26.0%)", "40", "31"] in read.rows
    assert ["Champion, version 9", "worse by 0.750 (gain, 95%: -1.400 to -0.100)", "30.5", "31.25"] in read.rows


def test_a_champion_that_cannot_be_compared_says_why() -> None:
    text = page(documents.multiclass()).text
    assert "The champion, version 9, is not compared: it predicts other classes." in text


def test_the_threshold_says_where_it_comes_from_and_what_it_costs() -> None:
    text = page(documents.binary()).text
    assert "flagged from a probability of 0.205: the threshold that costs least and flags at most 40.0%" in text
    assert "on the out-of-fold predictions of the rolling-origin validation" in text
    assert "Mistakes cost 0.3981 per row; the threshold that would have cost least on the test split" in text
    assert page(documents.binary()).row("1") == ["1", "4,045 32.1%", "8,555 67.9%", "12,600"]


def test_small_slices_are_shown_with_their_rows_and_marked() -> None:
    read = page(documents.binary())
    assert ["OO", "", "12", "undefined"] in read.rows
    assert '<tr class="faint"><th>OO</th>' in read.source


def test_the_number_of_slices_that_are_not_drawn_is_said() -> None:
    document = documents.binary()
    document["slices"] = [{**document["slices"][0], "value": f"v{n}"} for n in range(30)]
    assert "The 24 values with the most rows; the table below has 6 values more." in page(document).text


def test_suspicions_stand_right_below_the_verdict() -> None:
    document = documents.binary()
    document["suspicions"] = [{"feature": "arrival", "slice": None, "sentence": "arrival explains 97% of the gain"}]
    document["reasons"].append("arrival explains 97% of the gain")
    text = page(document).text
    assert text.count("rrival explains") == 1
    assert text.index("Too good to be true") < text.index("Goals met")
    assert "Arrival explains 97% of the gain." in text
    assert "No feature and no slice looks too good to be true." not in text
    assert "No feature and no slice looks too good to be true." in page(documents.binary()).text


@pytest.mark.parametrize(
    ("build", "word", "step"),
    [
        (documents.binary, "Approved", "Task promote approves it and sets the alias champion"),
        (documents.multiclass, "Approved, not champion", "PendingManualApproval: it is used only after a person"),
        (documents.regression, "Refused", "See the goals that are not met"),
    ],
)
def test_a_verdict_says_what_to_do_next(build: Callable[[], dict[str, Any]], word: str, step: str) -> None:
    read = page(build())
    assert f"{word} Version 10, the model of this run," in read.text
    assert step in read.text


def test_trials_that_learnt_nothing_say_what_to_do() -> None:
    document = documents.binary()
    document["tuning"][1] |= {"constant": True, "remedy": "lower min_child_weight"}
    text = page(document).text
    assert "2 trials predicted the same for every row and learnt nothing. Lower min_child_weight." in text


def test_the_training_image_contains_what_the_page_needs(tmp_path: Path) -> None:
    dockerfile = (ROOT / "jobs/training/Dockerfile").read_text()
    for line in dockerfile.splitlines():
        if line.startswith("COPY jobs/") and "/opt/code/" in line:
            source, target = (ROOT / line.split()[1], tmp_path / line.split()[2].removeprefix("/opt/code/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from jobs.reporting.model_page import model_page; "
        "before = {name.partition('.')[0] for name in sys.modules}; print(len(model_page({}))); "
        "print(sorted(before - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    size, packages = done.stdout.splitlines()
    assert int(size) > 1000
    names = {name.strip("'") for name in packages.strip("[]").split(", ")}
    assert {name for name in names if not name.startswith("_")} <= {"jinja2", "jobs", "markupsafe", "sitecustomize"}
    assert all(
        f"\n{name}==" in (ROOT / "jobs/training/requirements.txt").read_text() for name in ("jinja2", "markupsafe")
    )
