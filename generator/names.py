"""Names that the platform, SQL and SageMaker accept, made from the names in a file."""

import re
import unicodedata
from collections.abc import Iterable

from jobs.contracts import columns
from jobs.contracts.features import EVENT_TIME, OFFLINE_COLUMNS
from jobs.pipeline_check.name_checks import RESERVED

_LONGEST = 60
#: Names of columns that the platform or the template adds.
_TAKEN = {
    *(column.name for column in (EVENT_TIME, *OFFLINE_COLUMNS)),
    *(value for value in vars(columns).values() if isinstance(value, str) and value.isidentifier()),
    "hour_of_day",
    "day_of_week",
    "row_id",
}


def column_names(header: Iterable[str]) -> dict[str, str]:
    """A name for each column of a file: lower case, without accents, and used once."""
    names: dict[str, str] = {}
    for title in header:
        name = identifier(title, "column")
        if name in _TAKEN or name in RESERVED:
            name = f"{name}_value"
        candidates = [name, *(f"{name}_{number}" for number in range(2, 1000))]
        names[title] = next(each for each in candidates if each not in names.values())
    return names


def identifier(text: str, fallback: str) -> str:
    """The text in lower-case ASCII letters, digits and single underscores, beginning with a letter."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].strip("_")
    return words if words[:1].isalpha() else f"{fallback}_{words}".rstrip("_")
