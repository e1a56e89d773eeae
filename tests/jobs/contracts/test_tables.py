from collections.abc import Callable
from dataclasses import replace

import pytest

from jobs.contracts.features import FeatureGroup
from jobs.contracts.tables import Column, ColumnType, ContractError, Quality, Reference, Table, Zone

ID = Column(id=1, name="id", type=ColumnType.INT, description="number")


def _table(**changed: object) -> Table:
    values = {"name": "t", "zone": Zone.RAW, "description": "d", "columns": (ID,), "keys": ("id",)}
    return Table(**{**values, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Column(name="Id", type=ColumnType.INT, description="d"), "'Id': allowed are lower-case identifiers"),
        (lambda: Column(name="id", type=ColumnType.INT, description="d", minimum=2, maximum=1), "2 is above maximum 1"),
        (lambda: Quality(maximum_quarantined=1.5), "allowed is a share from 0 to 1"),
        (lambda: _table(name="t; drop"), "table name 't; drop': allowed are lower-case identifiers"),
        (lambda: _table(columns=(ID, ID)), r"columns \['id'\] are declared twice"),
        (lambda: _table(columns=(ID, replace(ID, name="other"))), r"ids \[1\] are used by several columns"),
        (lambda: _table(columns=(replace(ID, id=None),)), "column id: has no id"),
        (lambda: replace(ID, id=0), "column id: id 0: allowed is 1 to 2147483447"),
        (lambda: _table(keys=()), "a table needs at least one key column"),
        (lambda: _table(keys=("no",)), r"\['no'\] are not columns; columns are \['id'\]"),
        (lambda: _table(event_time="when"), r"\['when'\] are not columns"),
        (
            lambda: _table(quality=Quality(references=(Reference(column="place", table="p", key="k"),))),
            r"\['place'\] are not columns",
        ),
        (lambda: _table().column("no"), "table t has no column 'no'"),
        (
            lambda: FeatureGroup(name="g", description="d", record_identifier=ID, features=(ID,), look_back_days=1),
            r"feature group g: columns \['id'\] are declared twice or reserved",
        ),
    ],
)
def test_a_contract_that_cannot_be_kept_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        make()


def test_columns_are_found_by_name() -> None:
    assert _table().column("id") is ID
    assert _table().column_names == ("id",)


def test_an_offline_table_has_the_columns_of_sagemaker() -> None:
    group = FeatureGroup(name="g", description="d", record_identifier=ID, features=(), look_back_days=1)

    names = [column.name for column in group.offline_columns]

    assert names == ["id", "event_time", "write_time", "api_invocation_time", "is_deleted"]
