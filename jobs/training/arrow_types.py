"""Kinds of Arrow types that columns of a data set can have."""

import pyarrow as pa


def is_number(column_type: pa.DataType) -> bool:
    """Whether values are whole numbers, floating-point numbers or booleans."""
    return bool(
        pa.types.is_integer(column_type) or pa.types.is_floating(column_type) or pa.types.is_boolean(column_type)
    )


def is_text(column_type: pa.DataType) -> bool:
    """Whether values are strings."""
    return bool(pa.types.is_string(column_type) or pa.types.is_large_string(column_type))
