"""The columns of feature groups as they were agreed on: the store takes new features at the end and nothing else.

CloudFormation replaces a group whose identifier changes and ignores other changes of its columns, so neither would
be seen before the history is gone or a job fails.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from jobs.contracts.features import FEATURE_TYPES
from jobs.contracts.pipeline import Pipeline

_AGREED = Path(__file__).with_name("agreed_features.json")

#: Columns by `pipeline/group`, in order, each as its name and SageMaker's name of its type.
Schemas = Mapping[str, Sequence[str]]


def schemas(pipelines: Iterable[Pipeline]) -> dict[str, list[str]]:
    """The schemas that the contracts ask for."""
    return {
        f"{pipeline.name}/{group.name}": [f"{column.name} {FEATURE_TYPES[column.type]}" for column in group.columns]
        for pipeline in pipelines
        for group in pipeline.feature_groups
    }


def forbidden_changes(before: Schemas, after: Schemas) -> list[str]:
    """Columns that were changed, moved or dropped; new groups, new features and retired groups are none."""
    found = []
    for group in sorted(before.keys() & after.keys()):
        now = [*after[group], *["nothing"] * len(before[group])]
        found += [
            f"feature group {group}: column {number} was {old!r} and is now {new!r}; allowed are new features at the "
            f"end, or a new group, for example {group}_v2"
            for number, (old, new) in enumerate(zip(before[group], now, strict=False), start=1)
            if old != new
        ]
    return found


def agreed() -> dict[str, list[str]]:
    """The schemas last agreed on."""
    found: dict[str, list[str]] = json.loads(_AGREED.read_text())
    return found


def write_agreed(found: Schemas) -> Path:
    """Make these the agreed schemas from now on."""
    _AGREED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    return _AGREED
