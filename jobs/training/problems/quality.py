"""The format of SageMaker's model quality statistics (developer guide, model quality metrics)."""

from collections.abc import Mapping, Sequence
from typing import Any


def statistics(
    values: Mapping[str, float], classes: Sequence[str] = (), counts: Sequence[Sequence[int]] = ()
) -> dict[str, Any]:
    """Values by SageMaker's names and, for classes, the confusion matrix by actual and then by predicted class."""
    matrix = {
        actual: dict(zip(classes, (int(count) for count in row), strict=True))
        for actual, row in zip(classes, counts, strict=True)
    }
    named = {name: {"value": value, "standard_deviation": "NaN"} for name, value in values.items()}
    return {**({"confusion_matrix": matrix} if matrix else {}), **named}
