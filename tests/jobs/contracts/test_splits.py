import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.splits import Splits, require_order
from jobs.contracts.tables import ContractError

DAYS = Partitions.daily()


@given(st.integers(1, 50), st.integers(1, 20), st.integers(1, 20))
def test_splits_follow_each_other_up_to_the_newest_partition(train: int, validation: int, test: int) -> None:
    splits = Splits(train=train, validation=validation, test=test)
    spans = splits.spans(DAYS, "2024-03-01")

    require_order(spans)
    assert [len(DAYS.range(span.first, span.last)) for span in spans.values()] == [train, validation, test]
    assert spans["test"].last == "2024-03-01"
    assert len(DAYS.range(spans["train"].first, spans["test"].last)) == splits.total


def test_overlapping_and_reversed_splits_are_refused() -> None:
    with pytest.raises(
        ContractError, match="train is 2013-01:2013-02 and validation is 2013-02:2013-02; train must end"
    ):
        require_order({"train": Span("2013-01", "2013-02"), "validation": Span("2013-02", "2013-02")})
    with pytest.raises(ContractError, match="validation must end before test begins"):
        require_order({"test": Span("2013-01", "2013-01"), "validation": Span("2013-02", "2013-02")})


def test_an_empty_split_is_refused() -> None:
    with pytest.raises(ContractError, match="split validation: received 0; allowed is 1 or more"):
        Splits(train=1, validation=0, test=1)


@pytest.mark.parametrize(
    ("folds", "partitions", "blocks"),
    [
        (3, "abc", ("a", "b", "c")),
        (3, "abcdefg", ("ab", "cde", "fg")),
        (3, "ab", ("a", "b")),
        (1, "abc", ("abc",)),
    ],
)
def test_the_validation_split_is_cut_into_blocks_in_order(folds: int, partitions: str, blocks: tuple[str, ...]) -> None:
    splits = Splits(train=1, validation=3, test=1, folds=folds)
    assert splits.blocks(tuple(partitions)) == tuple(tuple(block) for block in blocks)
