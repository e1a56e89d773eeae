"""The account and environment that the teardown steps work on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from common.errors import PlatformError
from infra.names import PlatformNames

_POLL_SECONDS = 15
_MOST_POLLS = 80


@dataclass(frozen=True, kw_only=True)
class Account:
    """A deployed environment: its names, boto3 clients with the caller's permissions, and a function that waits."""

    names: PlatformNames
    client: Callable[[str], Any]
    pause: Callable[[float], None]

    @property
    def prefix(self) -> str:
        """The prefix of all resource names of the environment."""
        return f"{self.names.prefix}-"

    def pages(self, service: str, operation: str, key: str, **request: Any) -> Iterator[Any]:
        """Yield the items under `key` of every page of a paginated operation."""
        for page in self.client(service).get_paginator(operation).paginate(**request):
            yield from page[key]

    def wait(self, what: str, is_done: Callable[[], bool]) -> None:
        """Wait until `is_done` returns True; raises PlatformError after twenty minutes."""
        for _ in range(_MOST_POLLS):
            if is_done():
                return
            self.pause(_POLL_SECONDS)
        raise PlatformError(f"{what}: not done after {_POLL_SECONDS * _MOST_POLLS // 60} minutes; run teardown again")
