import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.contracts.partitions import Span
from jobs.spark.commits import Commit
from jobs.spark.lineage import properties, reach, stale_partitions
from tests.sample_pipelines import sample_pipeline

PIPELINE = sample_pipeline()
NEEDED = Span("2026-01-01", "2026-01-04")
SOURCE = "lake.cleansed.readings"


def _commit(number: int, span: Span | None, sources: int | None = None, *, moved: bool = False) -> Commit:
    """The commit of this number, which is also its time and, less one, the number of its parent."""
    known = None if sources is None else {SOURCE: sources}
    return Commit(
        snapshot_id=number,
        parent_id=number - 1,
        committed_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number),
        rows=1,
        moved_rows=moved,
        properties=properties(span, known) if span else {},
    )


def _stale(changes: list[Commit], computed: list[Commit]) -> list[str]:
    return stale_partitions(PIPELINE, changes, computed, SOURCE, NEEDED)


def _days(first: int, last: int) -> Span:
    return Span(f"2026-01-{first:02}", f"2026-01-{last:02}")


def test_partitions_that_changed_after_their_features_are_stale() -> None:
    changes = [_commit(4, _days(2, 3)), _commit(2, _days(1, 9))]

    assert _stale(changes, [_commit(3, _days(1, 9), 2)]) == ["2026-01-02", "2026-01-03"]
    assert _stale(changes, [_commit(5, _days(3, 3), 4), _commit(3, _days(1, 9), 2)]) == ["2026-01-02"]
    assert _stale(changes, [_commit(5, _days(2, 3), 4), _commit(3, _days(1, 9), 2)]) == []


def test_later_features_of_other_partitions_do_not_hide_a_correction() -> None:
    changes = [_commit(4, _days(4, 4)), _commit(3, _days(1, 1)), _commit(1, _days(1, 4))]

    assert _stale(changes, [_commit(5, _days(4, 4), 4), _commit(2, _days(1, 4), 1)]) == ["2026-01-01"]


def test_compaction_is_no_change_and_can_be_the_source() -> None:
    changes = [_commit(4, None, moved=True), _commit(1, _days(1, 4))]

    assert _stale(changes, [_commit(5, _days(1, 4), 4)]) == []
    assert _stale(changes, [_commit(2, _days(1, 4), 1)]) == []


def test_a_commit_of_another_writer_changes_everything() -> None:
    computed = _commit(2, _days(1, 2), 1)

    assert _stale([_commit(3, None), _commit(1, _days(1, 4))], [computed]) == [f"2026-01-0{day}" for day in range(1, 5)]


def test_changes_before_the_oldest_known_computation_are_settled() -> None:
    """The snapshots of the features that followed them have expired."""
    changes = [_commit(3, _days(1, 1)), _commit(1, _days(4, 4))]

    assert _stale(changes, [_commit(4, _days(1, 1), 3)]) == []


@given(first=st.integers(1, 9), length=st.integers(0, 5), newest=st.integers(1, 20))
def test_a_span_reaches_as_many_days_as_features_look_back_if_there_are_rows(
    first: int, length: int, newest: int
) -> None:
    last = first + length

    found = reach(PIPELINE, _days(first, last), _days(newest, newest).last)

    assert found == _days(first, max(last, min(last + PIPELINE.history_days, newest)))


def test_properties_are_texts_of_a_snapshot() -> None:
    assert properties(_days(1, 2)) == {"platform-span": "2026-01-01:2026-01-02"}
    assert json.loads(properties(_days(1, 2), {SOURCE: 7})["platform-sources"]) == {SOURCE: 7}
