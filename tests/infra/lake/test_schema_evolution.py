"""Old data files under the schemas of later contracts, read by pyiceberg, which knows columns by field id only."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import ArrowScan, PyArrowFileIO, schema_to_pyarrow
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask
from pyiceberg.table.metadata import new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER
from pyiceberg.typedef import Record

from checks.baselines.field_ids import TableIds, forbidden_changes
from infra.lake.iceberg_schema import iceberg_fields
from jobs.contracts.tables import Column, ColumnType, Table, Zone

ROWS = 3


def schema_of(table: Table) -> Schema:
    fields = [{key: value for key, value in field.items() if key != "doc"} for field in iceberg_fields(table)]
    return Schema.model_validate({"type": "struct", "schema-id": 0, "fields": fields})


def contract(*columns: Column) -> Table:
    return Table(name="t", zone=Zone.RAW, description="d", columns=columns, keys=(columns[0].name,))


def written(table: Table, path: Path) -> dict[int, list[int]]:
    """Write a file as an engine does, with the field id of each column; returns the values by id."""
    schema = schema_of(table)
    values = {field.field_id: [field.field_id * 100 + row for row in range(ROWS)] for field in schema.fields}
    arrays = [pa.array(values[field.field_id]) for field in schema.fields]
    target = schema_to_pyarrow(schema)
    pq.write_table(pa.table(dict(zip(target.names, arrays, strict=True))).cast(target), path)
    return values


def read(path: Path, table: Table) -> dict[str, list[Any]]:
    """The file under the schema of a contract, as a reader of the table sees it."""
    schema = schema_of(table)
    metadata = new_table_metadata(schema, UNPARTITIONED_PARTITION_SPEC, UNSORTED_SORT_ORDER, path.parent.as_uri())
    file = DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=path.as_uri(),
        file_format=FileFormat.PARQUET,
        partition=Record(),
        record_count=ROWS,
        file_size_in_bytes=path.stat().st_size,
    )
    file.spec_id = 0
    scan = ArrowScan(metadata, PyArrowFileIO(), schema, AlwaysTrue())
    rows: dict[str, list[Any]] = scan.to_table([FileScanTask(file)]).to_pydict()
    return rows


def column(number: int, name: str) -> Column:
    return Column(id=number, name=name, type=ColumnType.INT, description="d")


FIRST = contract(*(column(number, name) for number, name in enumerate("abcde", start=1)))


@dataclass
class Edits:
    """A contract under edits; `origin` is the column of the first contract that each name stands for."""

    table: Table
    origin: dict[str, int | None]
    committed: TableIds
    names: Any

    def insert(self, place: int, number: int) -> None:
        name = f"n{next(self.names)}"
        self.origin[name] = None
        columns = list(self.table.columns)
        columns.insert(place % (len(columns) + 1), column(number, name))
        self._become(columns)

    def remove(self, place: int) -> None:
        columns = list(self.table.columns)
        if len(columns) > 1:
            del self.origin[columns.pop(place % len(columns)).name]
        self._become(columns)

    def move(self, place: int, target: int) -> None:
        columns = list(self.table.columns)
        columns.insert(target % len(columns), columns.pop(place % len(columns)))
        self._become(columns)

    def rename(self, place: int) -> None:
        columns = list(self.table.columns)
        old = columns[place % len(columns)]
        new = replace(old, name=f"n{next(self.names)}", formerly=(*old.formerly, old.name))
        self.origin[new.name] = self.origin.pop(old.name)
        columns[place % len(columns)] = new
        self._become(columns)

    def widen(self, place: int) -> None:
        columns = list(self.table.columns)
        columns[place % len(columns)] = replace(columns[place % len(columns)], type=ColumnType.BIGINT)
        self._become(columns)

    def number_by_position(self) -> None:
        self._become([replace(each, id=number) for number, each in enumerate(self.table.columns, start=1)])

    def _become(self, columns: list[Column]) -> None:
        self.table = contract(*columns)

    def commit(self) -> bool:
        """Whether the check allows the contract; then it becomes the committed one."""
        if forbidden_changes({"t": self.committed}, {"t": TableIds.of(self.table)}):
            return False
        self.committed = TableIds.of(self.table).after(self.committed)
        return True


def started() -> Edits:
    origin: dict[str, int | None] = {each.name: each.field_id for each in FIRST.columns}
    return Edits(table=FIRST, origin=origin, committed=TableIds.of(FIRST), names=count())


PLACE = st.integers(0, 9)
GOOD: list[st.SearchStrategy[Callable[[Edits], None]]] = [
    PLACE.map(lambda place: lambda edits: edits.insert(place, edits.committed.highest + 1)),
    PLACE.map(lambda place: lambda edits: edits.remove(place)),
    st.tuples(PLACE, PLACE).map(lambda places: lambda edits: edits.move(*places)),
    PLACE.map(lambda place: lambda edits: edits.rename(place)),
    PLACE.map(lambda place: lambda edits: edits.widen(place)),
]
BAD: list[st.SearchStrategy[Callable[[Edits], None]]] = [
    st.just(lambda edits: edits.number_by_position()),
    st.tuples(PLACE, st.integers(1, 7)).map(lambda parts: lambda edits: edits.insert(*parts)),
]


def require_the_values_of_surviving_columns(edits: Edits, folder: Path) -> None:
    path = folder / "first.parquet"
    values = written(FIRST, path)
    rows = read(path, edits.table)
    for name, origin in edits.origin.items():
        assert rows[name] == ([None] * ROWS if origin is None else values[origin])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(GOOD), max_size=8))
def test_every_surviving_column_keeps_its_values(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Callable[[Edits], None]]
) -> None:
    edits = started()
    for change in changes:
        change(edits)
        assert edits.commit()
    require_the_values_of_surviving_columns(edits, tmp_path_factory.mktemp("files"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of([*GOOD, *BAD]), max_size=8))
def test_no_contract_that_the_check_allows_shows_other_values(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Callable[[Edits], None]]
) -> None:
    """Edits also number by position and take ids that were used; the check decides which contracts are released."""
    edits = started()
    for change in changes:
        before = edits.table, dict(edits.origin)
        try:
            change(edits)
        except ValueError:
            edits.table, edits.origin = before
            continue
        if not edits.commit():
            edits.table, edits.origin = before
    require_the_values_of_surviving_columns(edits, tmp_path_factory.mktemp("files"))


def test_ids_by_position_show_one_column_as_another(tmp_path: Path) -> None:
    """The defect that the check prevents: a column in the middle renumbers all columns behind it."""
    edits = started()
    edits.insert(1, 6)
    edits.number_by_position()
    values = written(FIRST, tmp_path / "first.parquet")
    rows = read(tmp_path / "first.parquet", edits.table)
    assert rows["n0"] == values[2]
    assert rows["b"] == values[3]
    assert not edits.commit()
