"""The values with which the template is rendered, from the profile of the data."""

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from generator.names import identifier
from generator.profile import FileColumn, Periods, Profile
from generator.spark_code import calendar_features, identifier_code, label_code, moment_code, numeric_code
from jobs.contracts.metrics import Problem
from jobs.contracts.partitions import Grain
from jobs.contracts.tables import ColumnType

_CRON = {Grain.MONTH: "0 4 2 * *", Grain.WEEK: "0 4 * * 1", Grain.DAY: "0 4 * * *", Grain.HOUR: "15 * * * *"}
_COMMENT_WIDTH = 116
_OBJECTIVES = {Problem.BINARY: "log_loss", Problem.MULTICLASS: "log_loss", Problem.REGRESSION: "rmse"}
_LABEL_TYPES = {Problem.BINARY: "INT", Problem.MULTICLASS: "STRING", Problem.REGRESSION: "DOUBLE"}
_PRIORS = {
    Problem.BINARY: "The baseline predicts the share of class 1 in the training rows for every row.",
    Problem.MULTICLASS: "The baseline predicts the shares of the classes in the training rows for every row.",
    Problem.REGRESSION: "The baseline predicts the mean of the training rows for every row.",
}


def template_context(name: str, profile: Profile, *, source: str) -> dict[str, Any]:
    """The values of the template that follow from name and profile."""
    label = profile.label
    calendar = [each["name"] for each in calendar_features(profile)]
    assumed = [column.name for column in (*profile.numeric, *profile.categorical)]
    return {
        "name": name,
        "source": source,
        "description": _question(profile),
        "problem": str(label.problem),
        "label": label.column.name,
        "label_type": _LABEL_TYPES[label.problem],
        "label_description": _label_description(profile),
        "label_code": label_code(profile),
        "classes": list(label.classes),
        "classes_tuple": _tuple(label.classes),
        "objective": _OBJECTIVES[label.problem],
        "prior": _PRIORS[label.problem],
        "identifier": profile.keys[0].name if profile.is_identifier else "row_id",
        "identifier_code": identifier_code(profile),
        "moment_code": moment_code(profile),
        "keys_tuple": _tuple(
            [column.name for column in profile.keys] + ([] if profile.is_identifier else [profile.time.name])
        ),
        "raw": [_raw(column, profile) for column in profile.columns],
        "numeric": [{**_named(column), "code": numeric_code(column)} for column in profile.numeric],
        "categorical": [_named(column) for column in profile.categorical],
        "calendar": calendar_features(profile),
        "features_tuple": _tuple([*calendar, *assumed]),
        "numeric_tuple": _tuple([*calendar, *(column.name for column in profile.numeric)]),
        "categorical_tuple": _tuple(column.name for column in profile.categorical),
        "notes": _notes(profile, assumed),
        "time_title": profile.time.title,
        "time_format": profile.time_format.python,
        **_dialect(profile),
        **_periods(profile.periods),
    }


def _notes(profile: Profile, assumed: Sequence[str]) -> list[str]:
    """The lines of the comment on features: what is assumed of them, and why other columns are none."""
    notes = [f"No feature: {column} {reason}." for column, reason in profile.left_out.items()]
    if assumed:
        notes.insert(
            0,
            f"Assumed to be known at the moment of the prediction, which is {profile.time.name}: {', '.join(assumed)}. "
            "A column that is known only later makes the model look better than it will be in use: take it out of this "
            "group, of model.py and of the data set in pipeline.py, or generate the pipeline again with --exclude.",
        )
    return [line for note in notes for line in textwrap.wrap(note, _COMMENT_WIDTH)]


def _tuple(texts: Iterable[str]) -> str:
    """The texts as the code of a tuple with a trailing comma, which makes the formatter write one a line."""
    listed = "".join(f"{json.dumps(text, ensure_ascii=False)}, " for text in texts)
    return f"({listed.rstrip()})"


def _periods(periods: Periods) -> dict[str, Any]:
    return {
        "grain": str(periods.partitions.grain),
        "time_zone": periods.partitions.time_zone,
        "partition": periods.partitions.column,
        "first": periods.first,
        "last": periods.last,
        "splits": periods.splits,
        "lag": periods.lag,
        "pinned": _date_arguments(date.fromisoformat(periods.pinned)),
        "cron": _CRON[periods.partitions.grain],
        "start": _date_arguments(datetime.now(UTC).date()),
    }


def _dialect(profile: Profile) -> Mapping[str, str]:
    return {"encoding": profile.encoding, "delimiter": profile.delimiter, "absent_text": profile.absent_text}


def _named(column: FileColumn) -> dict[str, str]:
    return {"name": column.name, "description": column.description}


def _question(profile: Profile) -> str:
    label = profile.label
    match label.problem:
        case Problem.BINARY:
            return f"Will {label.column.name} be {label.classes[1]}?"
        case Problem.MULTICLASS:
            return f"Which {label.column.name} will it be?"
        case Problem.REGRESSION:
            return f"What will {label.column.name} be?"


def _label_description(profile: Profile) -> str:
    label = profile.label
    match label.problem:
        case Problem.BINARY:
            return f"1 for {label.classes[1]}, 0 for {label.classes[0]}, absent for anything else".replace('"', "'")
        case Problem.MULTICLASS:
            return "the class of the row, absent where it is not known"
        case Problem.REGRESSION:
            return "the number to predict, absent where it is not known"


def _raw(column: FileColumn, profile: Profile) -> dict[str, Any]:
    is_class = column is profile.label.column and profile.label.problem is not Problem.REGRESSION
    is_text = column is profile.time or column in profile.keys or is_class
    is_required = column is profile.time or column in profile.keys
    return {
        **_named(column),
        "type": (ColumnType.STRING if is_text else column.values.raw_type).name,
        # A label that is absent belongs to a row whose outcome is not known yet.
        "nullable": not is_required and (column.values.absent > 0 or column is profile.label.column),
        "limits": None if is_text else column.values.limits,
    }


def _date_arguments(day: date) -> str:
    return f"{day.year}, {day.month}, {day.day}"


def source_name(stem: str) -> str:
    """The name of source and table for a file."""
    return identifier(stem, "rows")
