from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.tiers import TIERS, tier_of, worker_group

# How long an example takes depends on the machine, not on the code.
settings.register_profile("platform", deadline=None)
settings.load_profile("platform")


@pytest.fixture(scope="session", autouse=True)
def _shared_service_models() -> Iterator[None]:
    """Let all boto sessions share one loader of service models; moto starts a new session for each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


class WorkerGroups(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each worker whole groups of tests; `--dist loadgroup` of pytest-xdist 3.8 has no effect with pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        return worker_group(nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WorkerGroups:
    """Distribute tests by `tests.tiers.worker_group`."""
    return WorkerGroups(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its tier; the longest group comes first, so that it starts at once."""
    for item in items:
        by_hand = [tier for tier in TIERS if item.get_closest_marker(tier)]
        if by_hand:
            raise pytest.UsageError(f"{item.nodeid}: marked {by_hand[0]} by hand; tests/tiers.py assigns tiers")
        path = item.path.relative_to(item.config.rootpath).as_posix()
        tier = tier_of(path, getattr(item, "fixturenames", ()))
        item.add_marker(tier)
    items.sort(key=lambda item: "tests/end_to_end/" not in item.path.as_posix())
