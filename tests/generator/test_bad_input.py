"""Bad input is refused with one sentence before anything is written."""

from dataclasses import replace
from pathlib import Path

import pytest

from common.errors import PlatformError
from generator.create import create_pipeline
from generator.profile import Options
from jobs.contracts.metrics import Problem
from jobs.contracts.partitions import Grain
from tests.generator.files import Rows, hourly_rentals, machine_states, shop_visits, write_csv

RENTALS = hourly_rentals()


def changed(column: str, text: str, rows: Rows = RENTALS, *, every: int = 1) -> Rows:
    index = rows[0].index(column)
    return [
        rows[0],
        *(
            [*row[:index], text if number % every == 0 else row[index], *row[index + 1 :]]
            for number, row in enumerate(rows[1:])
        ),
    ]


CASES = {
    "no rows": (RENTALS[:1], {}, "0 rows; a model needs 50 or more"),
    "few rows": (RENTALS[:20], {}, "19 rows; a model needs 50 or more"),
    "one column": ([row[:1] for row in RENTALS], {}, "found one column; allowed delimiters are"),
    "repeated column": ([["hour", "count", "count", "x"], *RENTALS[1:]], {}, r"columns \['count'\] repeat"),
    "short row": ([*RENTALS, ["2025-04-01 00:00:00", "3"]], {}, "row 578 has 2 values, the header has 4"),
    "no target column": (
        RENTALS,
        {"target": "rentals"},
        r"--target 'rentals': .* has no such column; columns are \['hour'",
    ),
    "no time column": (RENTALS, {"time": "at"}, "--time 'at': .* has no such column"),
    "no key column": (RENTALS, {"key": "id"}, "--key 'id': .* has no such column"),
    "key without values": (RENTALS, {"key": "temperature"}, r"--key 'temperature': \d+ rows have no value"),
    "key that repeats": (
        [*RENTALS, RENTALS[1]],
        {"key": "weather"},
        "neither the column nor the column with 'hour' is unique",
    ),
    "excluded target": (RENTALS, {"exclude": ("count",)}, r"columns \['count'\] are named by several options"),
    "one class": (changed("count", "1"), {}, r"every row has the value \['1'\]"),
    "no time": (changed("hour", "soon"), {}, "times such as 'soon' and 'soon' have no known format"),
    "a missing time": (changed("hour", "", every=100), {}, "row 2 has no time"),
    "two readings of a date": (
        changed("hour", "01/02/2025"),
        {},
        r"can be read as \['%d/%m/%Y', '%m/%d/%Y'\]; write them as YYYY-MM-DD",
    ),
    "equal times": (changed("hour", "2025-03-01 00:00:00"), {}, "several rows have the same 'hour'"),
    "texts for a regression": (
        RENTALS,
        {"target": "weather", "problem": Problem.REGRESSION},
        "values such as 'clear' are no numbers",
    ),
    "three classes for two": (
        RENTALS,
        {"target": "weather", "problem": Problem.BINARY},
        "3 different values; a binary",
    ),
    "numbers for classes": (
        RENTALS,
        {"target": "temperature", "problem": Problem.MULTICLASS},
        "different texts; allowed are 3 to 50 classes",
    ),
    "few partitions": (
        RENTALS[: 24 * 5],
        {"grain": Grain.DAY},
        "the times span 5 days; splits need 20 days in sequence",
    ),
    "holes": ([*RENTALS[:100], *RENTALS[160:]], {"grain": Grain.DAY}, r"24 days, \d of them without rows"),
}


@pytest.mark.parametrize(("rows", "options", "message"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, rows: Rows, options: dict[str, object], message: str
) -> None:
    path, root = write_csv(tmp_path / "in" / "rentals.csv", rows), tmp_path / "root"
    root.mkdir()
    given = replace(Options(path=path, target="count", time="hour"), **options)  # type: ignore[arg-type]
    with pytest.raises(PlatformError, match=message) as raised:
        create_pipeline("rentals", given, root)
    assert "\n" not in str(raised.value)
    assert not list(root.rglob("*"))


def test_a_split_with_one_class_is_refused(tmp_path: Path) -> None:
    rows = [["at", "size", "sold"]]
    for month in range(1, 13):
        rows += [
            [f"2025-{month:02d}-{day:02d}", str(day), "no" if month > 10 else str(day % 2)] for day in range(1, 29)
        ]
    rows = [[*row[:2], {"0": "no", "1": "yes"}.get(row[2], row[2])] for row in rows]
    path = write_csv(tmp_path / "sales.csv", rows)
    with pytest.raises(PlatformError, match=r"split test \(2025-11:2025-12\) has only \['no'\]"):
        create_pipeline("sales", Options(path=path, target="sold", time="at"), tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"  \n", "the file is empty"),
        ("a,b\n1,2\n".encode("utf-16"), "is UTF-16; save it as"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "data.csv").write_bytes(content)
    with pytest.raises(PlatformError, match=message):
        create_pipeline("rentals", Options(path=tmp_path / "data.csv", target="b", time="a"), tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="there is no such file; give the path of a CSV file"):
        create_pipeline("rentals", Options(path=tmp_path / "data.csv", target="b", time="a"), tmp_path)


def test_an_error_while_moving_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, calls = Path.rename, []

    def second_fails(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise OSError("disk full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", second_fails)
    with pytest.raises(OSError, match="disk full"):
        create_pipeline("meters", None, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_classes_keys_and_columns_that_tell_the_label_are_found(tmp_path: Path) -> None:
    rows = machine_states()
    rows = [[*rows[0], "code"], *([*row, {"idle": "0", "running": "1", "failing": "2"}[row[3]]] for row in rows[1:])]
    path = write_csv(tmp_path / "machines.csv", rows)
    profile = create_pipeline("machines", Options(path=path, target="state", time="at"), tmp_path).profile
    assert profile.label.classes == ("failing", "idle", "running")
    assert [column.name for column in profile.keys] == ["machine"]
    assert profile.left_out == {"code": "has one value for each class, so it is the label"}
    assert profile.time_format.has_zone


def test_the_first_of_equal_names_keeps_its_name(tmp_path: Path) -> None:
    rows = shop_visits()
    rows[0] = ["Order", "event_time", "Größe m²", "groesse m2", "1st", "Gekauft"]
    path = write_csv(tmp_path / "in.csv", rows, delimiter="\t")
    profile = create_pipeline("visits", Options(path=path, target="Gekauft", time="event_time"), tmp_path).profile
    assert [column.name for column in profile.columns] == [
        "order_value", "event_time_value", "grosse_m2", "groesse_m2", "column_1st", "gekauft",
    ]  # fmt: skip
