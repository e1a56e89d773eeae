import pytest

from jobs.contracts.features import EVENT_TIME, FeatureGroup
from jobs.contracts.tables import Column, ColumnType, ContractError

KEY = Column(name="meter", type=ColumnType.STRING, description="meter number", nullable=False)
VALUE = Column(name="value", type=ColumnType.BIGINT, description="watt hours")


def group(name: str = "meter_days", *, online: bool = False, online_days: int | None = None) -> FeatureGroup:
    return FeatureGroup(
        name=name,
        description="use per day",
        record_identifier=KEY,
        features=(VALUE,),
        look_back_days=7,
        online=online,
        online_days=online_days,
    )


def test_a_group_has_its_identifier_its_event_time_and_its_features_in_this_order() -> None:
    assert group().columns == (KEY, EVENT_TIME, VALUE)


@pytest.mark.parametrize("name", ["Meter", "meter-days", "1st", ""])
def test_a_name_that_glue_would_fold_or_refuse_is_refused(name: str) -> None:
    with pytest.raises(ContractError, match=f"feature group name '{name}': allowed are lower-case identifiers"):
        group(name)


def test_an_online_group_may_forget() -> None:
    assert group(online=True, online_days=7).online_days == 7


@pytest.mark.parametrize(("online", "days"), [(False, 7), (True, 0)])
def test_only_an_online_group_forgets_and_not_at_once(online: bool, days: int) -> None:
    with pytest.raises(ContractError, match=f"online_days {days} with online {online}; allowed is a day or more"):
        group(online=online, online_days=days)
