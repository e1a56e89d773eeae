from pathlib import Path

import pytest

from tests.conftest import WorkerGroups
from tests.tiers import PLACES, TIERS, tier_of, worker_group

ROOT = Path(__file__).parents[1]


def test_this_test_has_one_tier(request: pytest.FixtureRequest) -> None:
    assert [mark.name for mark in request.node.iter_markers() if mark.name in TIERS] == ["unit"]


def test_every_test_of_this_run_has_exactly_one_tier(request: pytest.FixtureRequest) -> None:
    for item in request.session.items:
        assert len([mark for mark in item.iter_markers() if mark.name in TIERS]) == 1, item.nodeid


def test_every_place_exists_and_names_a_tier() -> None:
    assert [place for place in PLACES if not (ROOT / place).exists()] == []
    assert set(PLACES.values()) <= set(TIERS)


def test_a_fixture_decides_before_the_folder_and_a_module_before_its_folder() -> None:
    assert tier_of("tests/stacks/test_x.py", {"spark"}) == "spark"
    assert tier_of("tests/stacks/test_x.py", ()) == "stacks"
    assert tier_of("tests/checks/summaries/test_template_summary.py", ()) == "unit"
    assert tier_of("tests/infra/test_names.py", ()) == "unit"


def test_tests_that_share_a_session_fixture_share_a_worker() -> None:
    assert worker_group("tests/end_to_end/test_recovery.py") == "end_to_end"
    assert worker_group("tests/jobs/spark/test_ingest.py") == "spark"
    assert worker_group("tests/checks/test_verify.py") == worker_group("tests/stacks/test_policies.py")
    assert worker_group("tests/infra/test_names.py") == "tests/infra/test_names.py"


def test_the_scheduler_gives_a_worker_whole_groups() -> None:
    split = WorkerGroups.__new__(WorkerGroups)._split_scope
    assert (
        split("tests/stacks/test_a.py::test_one[a::b]") == split("tests/checks/test_b.py::Case::test_two") == "stacks"
    )
    assert split("tests/infra/test_names.py::test_one") == "tests/infra/test_names.py"


def test_every_tier_has_a_make_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for tier in TIERS:
        assert f"\ntest-{tier}: " in makefile
