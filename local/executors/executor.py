"""The protocol that every executor implements."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

Request: TypeAlias = dict[str, Any]
Operation: TypeAlias = Callable[[Request], Request]


class Executor(Protocol):
    """Runs the jobs of one service or job type on this machine and answers the API operations for them."""

    service: str
    """The service's name in boto3."""

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The method that answers each API operation."""
