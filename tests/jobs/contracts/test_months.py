import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.contracts.months import month_range, parse_month
from jobs.contracts.tables import ContractError


@pytest.mark.parametrize("text", ["2013", "2013-1", "2013-00", "2013-13", "13-01", "2013-01-01", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ContractError, match="allowed is YYYY-MM"):
        parse_month(text)


def test_a_span_crosses_years() -> None:
    assert month_range("2012-11", "2013-02") == ("2012-11", "2012-12", "2013-01", "2013-02")


def test_a_span_must_not_run_backwards() -> None:
    with pytest.raises(ContractError, match="the first must not be after the last"):
        month_range("2013-02", "2013-01")


@given(st.integers(min_value=1, max_value=9000), st.integers(min_value=1, max_value=12), st.integers(0, 40))
def test_a_span_has_as_many_months_as_lie_in_it(year: int, month: int, length: int) -> None:
    end = year * 12 + month - 1 + length
    months = month_range(f"{year:04d}-{month:02d}", f"{end // 12:04d}-{end % 12 + 1:02d}")

    assert len(months) == length + 1
    assert sorted(months) == list(months)
