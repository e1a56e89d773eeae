"""Characters that look like others, or like nothing, by code point and name."""

from itertools import chain

from pyspark.sql import Column
from pyspark.sql import functions as F

#: What is no text: control characters other than tab and line ends, byte-order marks, and U+FFFD for a lost letter.
UNPRINTABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{feff}\x{fffd}]"

_NAMES = {
    0x00: "null character",
    0x09: "tab",
    0x0A: "line feed",
    0x0D: "carriage return",
    0x1A: "end of file of DOS",
    0xA0: "no-break space",
    0xAD: "soft hyphen",
    0x2009: "thin space",
    0x200B: "zero width space",
    0x200E: "left-to-right mark",
    0x2010: "hyphen",
    0x2011: "non-breaking hyphen",
    0x2013: "en dash",
    0x2014: "em dash",
    0x2019: "right single quotation mark",
    0x202F: "narrow no-break space",
    0x2212: "minus sign",
    0x3000: "ideographic space",
    0xFEFF: "byte-order mark",
    0xFF0C: "full-width comma",
    0xFF0D: "full-width hyphen",
    0xFF0E: "full-width full stop",
    0xFFFD: "replacement of a lost letter",
    **{0xFF10 + digit: f"full-width digit {digit}" for digit in range(10)},
    **{0x0660 + digit: f"Arabic digit {digit}" for digit in range(10)},
}


def named_character(text: Column, pattern: str) -> Column:
    """The first character of a text that matches, such as `U+2212 (minus sign)`, or null."""
    found = F.regexp_extract(text, pattern, 0)
    code = F.ascii(found)
    names = F.create_map(*chain.from_iterable((F.lit(key), F.lit(f" ({name})")) for key, name in _NAMES.items()))
    name = F.coalesce(F.element_at(names, code), F.lit(""))
    return F.when(F.length(found) > 0, F.concat(F.format_string("U+%04X", code), name))
