"""Finds the profile of a CSV file: which column is what, and how the data are split over time."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations

from common.errors import PlatformError
from generator.csv_file import CsvFile
from generator.labels import find_label, require_both_classes
from generator.names import column_names
from generator.periods import find_periods
from generator.profile import FileColumn, Label, Options, Profile
from generator.time_format import TimeFormat, find_time_format
from generator.values import Kind, Values, describe, determines, find_absent_text

#: A text column with more distinct values than this share of the rows is free text or an identifier.
_LARGEST_SHARE = 0.3
_MOST_CATEGORIES = 200
_MOST_KEYS = 2
_DAYS_OF_WEEKS = 14


def infer(file: CsvFile, options: Options) -> Profile:
    """The profile of the file; raises PlatformError with one sentence if no model can be learnt from it."""
    _check_options(file, options)
    columns = _columns(file)
    time = columns[options.time]
    texts = file.column(options.time)
    if any(not text.strip() for text in texts):
        row = next(number for number, text in enumerate(texts, 2) if not text.strip())
        raise PlatformError(f"--time {options.time!r}: row {row} has no time; every row needs one")
    time_format = find_time_format(options.time, texts)
    times = _instants(time_format, texts)
    label = find_label(columns[options.target], options.problem)
    keys, is_identifier = _keys(file, columns, options)
    periods = find_periods(
        times,
        grain=options.grain,
        taken=[column.name for column in columns.values()],
        path=str(file.path),
    )
    require_both_classes(label, file.column(options.target), times, periods)
    numeric, categorical, left_out = _features(file, columns, options, label, keys if is_identifier else ())
    span = max(times) - min(times)
    return Profile(
        columns=tuple(columns.values()),
        time=time,
        time_format=time_format,
        label=label,
        keys=keys,
        is_identifier=is_identifier,
        numeric=numeric,
        categorical=categorical,
        left_out=left_out,
        periods=periods,
        encoding=file.encoding,
        delimiter=file.delimiter,
        absent_text=find_absent_text(file.column(title) for title in file.header),
        has_hours=len({moment.time() for moment in times}) > 1,
        has_weeks=span.days >= _DAYS_OF_WEEKS,
    )


def _check_options(file: CsvFile, options: Options) -> None:
    named = {"--target": options.target, "--time": options.time, "--key": options.key}
    for option, title in [*named.items(), *(("--exclude", title) for title in options.exclude)]:
        if title is not None:
            file.require_column(option, title)
    given = [title for title in (*named.values(), *options.exclude) if title is not None]
    repeated = [title for title, count in Counter(given).items() if count > 1]
    if repeated:
        raise PlatformError(f"columns {repeated} are named by several options; each column has one use")


def _columns(file: CsvFile) -> dict[str, FileColumn]:
    absent = find_absent_text(file.column(title) for title in file.header)
    names = column_names(file.header)
    return {
        title: FileColumn(title=title, name=names[title], values=describe(file.column(title), absent))
        for title in file.header
    }


def _instants(time_format: TimeFormat, texts: Sequence[str]) -> list[datetime]:
    parsed = {text: time_format.parse(text) for text in set(texts)}
    return [parsed[text] if time_format.has_zone else parsed[text].replace(tzinfo=UTC) for text in texts]


def _keys(file: CsvFile, columns: Mapping[str, FileColumn], options: Options) -> tuple[tuple[FileColumn, ...], bool]:
    """The columns that identify a row, and whether they do so without the time."""
    if options.key is not None:
        return _given_key(file, columns[options.key], options)
    used = (options.target, options.time, *options.exclude)
    # Measured numbers tell rows apart by chance only.
    candidates = [
        column
        for title, column in columns.items()
        if title not in used and column.values.kind in (Kind.TEXT, Kind.WHOLE) and not column.values.absent
    ]
    for column in candidates:
        if column.title.lower().endswith("id") and _is_unique(file.column(column.title)):
            return (column,), True
    for size in range(_MOST_KEYS + 1):
        for keys in combinations(candidates, size):
            if _is_unique(zip(file.column(options.time), *(file.column(key.title) for key in keys), strict=True)):
                return keys, False
    raise PlatformError(
        f"--from {file.path}: several rows have the same {options.time!r} and no two columns tell them apart; name the "
        "column that does with --key"
    )


def _given_key(file: CsvFile, key: FileColumn, options: Options) -> tuple[tuple[FileColumn, ...], bool]:
    if key.values.absent:
        raise PlatformError(f"--key {key.title!r}: {key.values.absent} rows have no value; every row needs one")
    values = file.column(key.title)
    if _is_unique(values):
        return (key,), True
    if _is_unique(zip(values, file.column(options.time), strict=True)):
        return (key,), False
    raise PlatformError(
        f"--key {key.title!r}: neither the column nor the column with {options.time!r} is unique; name another column "
        "or remove repeated rows"
    )


def _is_unique(values: Iterable[Hashable]) -> bool:
    listed = list(values)
    return len(set(listed)) == len(listed)


def _features(
    file: CsvFile,
    columns: Mapping[str, FileColumn],
    options: Options,
    label: Label,
    identifier: tuple[FileColumn, ...],
) -> tuple[tuple[FileColumn, ...], tuple[FileColumn, ...], dict[str, str]]:
    numeric, categorical, left_out = [], [], {}
    for title, column in columns.items():
        if title in (options.target, options.time) or column in identifier:
            continue
        reason = _reason(file, column, options, label)
        if reason:
            left_out[column.name] = reason
        elif column.values.is_number:
            numeric.append(column)
        else:
            categorical.append(column)
    if not numeric and not categorical and len(file.header) > 2 and left_out:
        listed = "; ".join(f"{name} {reason}" for name, reason in left_out.items())
        raise PlatformError(f"--from {file.path}: no column can be a feature: {listed}")
    return tuple(numeric), tuple(categorical), left_out


def _reason(file: CsvFile, column: FileColumn, options: Options, label: Label) -> str:
    """Why a column is no feature; empty if it is one."""
    values: Values = column.values
    if column.title in options.exclude:
        return "is excluded"
    if len(values.distinct) < 2:
        return "always has the same value"
    if label.classes and determines(file.column(column.title), file.column(label.column.title)):
        return "has one value for each class, so it is the label"
    if not values.is_number and len(values.distinct) > min(_MOST_CATEGORIES, _LARGEST_SHARE * len(file.rows)):
        return f"has {len(values.distinct)} different texts"
    return ""
