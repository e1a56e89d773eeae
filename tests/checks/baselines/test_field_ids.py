from dataclasses import replace
from pathlib import Path

import pytest

from checks.assembly import read_assembly
from checks.baselines import field_ids as checked
from checks.baselines import pipeline_files
from checks.baselines import update as baselines
from checks.baselines.field_ids import (
    TableIds,
    field_id_baseline,
    field_ids,
    forbidden_changes,
    write_field_id_baseline,
)
from checks.baselines.table_templates import table_findings
from checks.variants import VARIANTS
from common.errors import PlatformError
from jobs.contracts.pipeline import load_pipeline, pipeline_names
from jobs.contracts.sources import Source
from jobs.contracts.tables import Column, ColumnType, Table
from tests.infra.pipelines import KEY, METERS, READINGS, TIME, VALUE
from tests.jobs.pipeline_check.folders import pipelines_at

PIPELINES = [load_pipeline(name) for name in pipeline_names()]
NEW = Column(id=4, name="cost", type=ColumnType.DOUBLE, description="euros")
TABLE = "meters/raw/readings"


def changes(*versions: Table) -> list[str]:
    """What the check says to the last version when each earlier one was committed."""
    committed: TableIds | None = None
    for version in versions[:-1]:
        committed = TableIds.of(version).after(committed)
    assert committed is not None
    return forbidden_changes({TABLE: committed}, {TABLE: TableIds.of(versions[-1])})


def with_columns(*columns: Column) -> Source:
    return replace(READINGS, columns=columns)


def test_no_id_of_the_contracts_has_changed_its_meaning() -> None:
    assert forbidden_changes(field_id_baseline(), field_ids(PIPELINES)) == []


def test_the_baseline_contains_the_ids_of_the_contracts() -> None:
    # After adding a column, run `make baseline`, which refuses an id that was ever used.
    known = pipeline_files.committed(pipeline_files.FIELD_IDS)
    for table, ids in field_ids(each for each in PIPELINES if each.name in known).items():
        committed = field_id_baseline()[table]
        assert (committed.columns, committed.partitions) == (ids.columns, ids.partitions)


@pytest.mark.parametrize(
    "columns",
    [
        (KEY, NEW, TIME, VALUE),
        (VALUE, TIME, KEY),
        (KEY, TIME),
        (KEY, TIME, replace(VALUE, name="use", formerly=("value",))),
    ],
    ids=["inserted", "moved", "removed", "renamed"],
)
def test_a_column_may_come_move_go_and_get_another_name(columns: tuple[Column, ...]) -> None:
    assert changes(READINGS, with_columns(*columns)) == []


def test_numbers_may_become_wider() -> None:
    narrow = with_columns(KEY, TIME, replace(VALUE, type=ColumnType.INT))
    assert changes(narrow, READINGS) == []
    assert changes(READINGS, narrow) != []


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((KEY, TIME, replace(NEW, id=3)), "id 3 was 'value long' and is now 'cost double'"),
        ((KEY, TIME, replace(VALUE, name="use")), "id 3 was 'value long' and is now 'use long'"),
        ((KEY, TIME, replace(VALUE, type=ColumnType.STRING)), "id 3 was 'value long' and is now 'value string'"),
        ((KEY, VALUE), "id 2 ('read_at timestamptz') partitions the table"),
    ],
    ids=["replaced", "renamed without its earlier name", "of another type", "removed source of a partition"],
)
def test_an_id_keeps_its_column(columns: tuple[Column, ...], message: str) -> None:
    (found,) = changes(READINGS, replace(with_columns(*columns), partition_by=(), arrival="readings.csv"))
    assert found.startswith(f"table {TABLE}: {message}")


def test_the_id_of_a_removed_column_never_returns() -> None:
    (found,) = changes(READINGS, with_columns(KEY, TIME), with_columns(KEY, TIME, replace(NEW, id=3)))
    assert found.endswith("belonged to the removed column 'value long'; allowed is an id above 3")
    assert changes(READINGS, with_columns(KEY, TIME), with_columns(KEY, TIME, NEW)) == []


def test_new_ids_are_above_every_id_that_was_ever_used() -> None:
    sparse = with_columns(KEY, TIME, VALUE, replace(NEW, id=9))
    (found,) = changes(sparse, with_columns(KEY, TIME, VALUE, replace(NEW, id=9), replace(NEW, id=5, name="price")))
    assert found.endswith("id 5 of the new column 'price double': allowed is an id above 9")


def test_partition_fields_may_only_follow_at_the_end() -> None:
    assert changes(READINGS, replace(READINGS, partition_by=(*READINGS.partition_by, "value"))) == []
    (first, second) = changes(READINGS, replace(READINGS, partition_by=tuple(reversed(READINGS.partition_by))))
    assert "partition field 1000 was '2 day' and is now '1 bucket[8]'" in first
    assert "partition field 1001" in second


def test_the_baseline_refuses_an_id_that_changed_its_column(monkeypatch: pytest.MonkeyPatch) -> None:
    first, ids = next(iter(field_ids(PIPELINES).items()))
    changed = replace(ids, columns={**ids.columns, 1: "gone string"})
    monkeypatch.setattr(checked, "field_id_baseline", lambda: {first: changed})
    monkeypatch.setattr(checked, "write_field_id_baseline", _no_write)
    with pytest.raises(PlatformError, match=f"table {first}: id 1 was 'gone string' and is now"):
        baselines.update_field_id_baselines()


def _no_write(current: object) -> Path:
    raise AssertionError(f"written: {current}")


def test_ids_of_removed_columns_and_tables_stay_committed(tmp_path: Path) -> None:
    (tmp_path / "meters").mkdir()
    (tmp_path / "meters" / "__init__.py").touch()
    other = replace(READINGS, name="other")
    with pipelines_at(tmp_path):
        write_field_id_baseline(replace(METERS, sources=(READINGS, other)))
        write_field_id_baseline(replace(METERS, sources=(replace(READINGS, columns=(KEY, TIME)),)))
        committed = field_id_baseline()
    assert committed[TABLE].removed == {3: "value long"}
    assert committed["meters/raw/other"].columns == TableIds.of(READINGS).columns


def test_the_templates_of_all_configurations_have_the_committed_ids(variants: dict[str, Path]) -> None:
    for name, folder in variants.items():
        assert list(table_findings(read_assembly(folder, VARIANTS[name]))) == []
