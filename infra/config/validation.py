"""Validation helpers that raise ConfigError."""

import re
from collections.abc import Collection


class ConfigError(ValueError):
    """An invalid setting; the message has its name, the received value and the allowed values."""


def require(is_allowed: bool, setting: str, received: object, allowed: object) -> None:
    """Raise ConfigError unless `is_allowed`."""
    if not is_allowed:
        raise ConfigError(f"{setting}: received {received!r}; allowed is {allowed}")


def require_one_of(setting: str, received: object, allowed: Collection[object]) -> None:
    """Raise ConfigError unless `received` is one of `allowed`."""
    require(received in allowed, setting, received, f"one of {sorted(allowed, key=str)}")


def require_between(setting: str, received: float, low: float, high: float) -> None:
    """Raise ConfigError unless low <= received <= high."""
    require(low <= received <= high, setting, received, f"{low} to {high}")


def require_match(setting: str, received: str, pattern: str, example: str) -> None:
    """Raise ConfigError unless the whole of `received` matches `pattern`."""
    require(re.fullmatch(pattern, received) is not None, setting, received, f"a value like {example}")
