"""Spark expressions of the generated transforms, as code."""

from generator.profile import FileColumn, Profile
from generator.values import Kind
from jobs.contracts.metrics import Problem


def numeric_code(column: FileColumn) -> str:
    """The values of a column as numbers."""
    if column.values.kind is Kind.COMMA:
        return f'F.regexp_replace("{column.name}", ",", ".").cast("double")'
    return f'F.col("{column.name}").cast("double")'


def label_code(profile: Profile) -> str:
    """The label in the type of its problem."""
    column = profile.label.column
    match profile.label.problem:
        case Problem.BINARY:
            value = f'F.trim("{column.name}")'
            return f"F.when({value} == POSITIVE, 1).when({value} == NEGATIVE, 0)"
        case Problem.MULTICLASS:
            return f'F.trim("{column.name}")'
        case Problem.REGRESSION:
            return numeric_code(column)


def identifier_code(profile: Profile) -> str:
    """The identifier of a row as text."""
    if profile.is_identifier:
        return f'F.col("{profile.keys[0].name}")'
    names = [f'"{column.name}"' for column in (*profile.keys, profile.time)]
    return f'F.concat_ws("_", {", ".join(names)})' if len(names) > 1 else f"F.col({names[0]})"


def moment_code(profile: Profile) -> str:
    """The moment of the prediction in UTC."""
    name, time_format = profile.time.name, profile.time_format
    # Spark reads ISO 8601 without a pattern.
    is_iso = time_format.python.startswith("%Y-%m-%d")
    parsed = f'F.to_timestamp("{name}")' if is_iso else f'F.to_timestamp("{name}", {_quoted(time_format.spark)})'
    return parsed if time_format.has_zone else f"F.to_utc_timestamp({parsed}, PARTITIONS.time_zone)"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def calendar_features(profile: Profile) -> list[dict[str, str]]:
    """Features of the local time of a row, each with its Spark code."""
    found = []
    if profile.has_hours:
        found.append({"name": "hour_of_day", "description": "local hour", "code": 'F.hour(local).cast("double")'})
    if profile.has_weeks:
        code = 'F.dayofweek(local).cast("double")'
        found.append({"name": "day_of_week", "description": "1 is Sunday", "code": code})
    return found
