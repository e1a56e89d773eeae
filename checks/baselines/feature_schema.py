"""Detect schema changes of feature groups that the feature store cannot apply, by comparison with committed baselines.

The store accepts new features at the end of a schema only. CloudFormation replaces a group whose identifier changes,
which deletes its history, and ignores other column changes, which then make jobs fail.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from checks.baselines import pipeline_files
from jobs.contracts.features import FEATURE_TYPES
from jobs.contracts.pipeline import Pipeline

#: The columns of each group in order, by `pipeline/group`; a column is its name and its SageMaker type.
Schemas = Mapping[str, Sequence[str]]


def schemas(pipelines: Iterable[Pipeline]) -> dict[str, list[str]]:
    """Return the schemas that the contracts define."""
    return {
        f"{pipeline.name}/{group.name}": [f"{column.name} {FEATURE_TYPES[column.type]}" for column in group.columns]
        for pipeline in pipelines
        for group in pipeline.feature_groups
    }


def forbidden_changes(before: Schemas, after: Schemas) -> list[str]:
    """Return an error message for each changed, moved or removed column; groups may be added or removed."""
    messages = []
    for group in sorted(before.keys() & after.keys()):
        now = [*after[group], *["nothing"] * len(before[group])]
        messages += [
            f"feature group {group}: column {number} was {old!r} and is now {new!r}; allowed are new features at the "
            f"end, or a new group, for example {group}_v2"
            for number, (old, new) in enumerate(zip(before[group], now, strict=False), start=1)
            if old != new
        ]
    return messages


def schema_baseline() -> dict[str, list[str]]:
    """Return the committed schemas of all pipelines that have a baseline."""
    return {
        f"{pipeline}/{group}": columns
        for pipeline, groups in pipeline_files.committed(pipeline_files.FEATURE_SCHEMA).items()
        for group, columns in groups.items()
    }


def write_schema_baseline(pipeline: Pipeline) -> Path:
    """Replace the committed schemas of a pipeline."""
    groups = {key.partition("/")[2]: columns for key, columns in schemas([pipeline]).items()}
    return pipeline_files.write(pipeline.name, pipeline_files.FEATURE_SCHEMA, groups)
