from collections.abc import Iterator
from functools import cache

import botocore.session
import pytest
from hypothesis import settings

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


# First, because pytest-xdist reads the groups in the same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its tier and its worker group; the longest group comes first, so that it starts at once."""
    for item in items:
        by_hand = [tier for tier in TIERS if item.get_closest_marker(tier)]
        if by_hand:
            raise pytest.UsageError(f"{item.nodeid}: marked {by_hand[0]} by hand; tests/tiers.py assigns tiers")
        path = item.path.relative_to(item.config.rootpath).as_posix()
        tier = tier_of(path, getattr(item, "fixturenames", ()))
        item.add_marker(tier)
        item.add_marker(pytest.mark.xdist_group(worker_group(path, tier)))
    items.sort(key=lambda item: "tests/end_to_end/" not in item.path.as_posix())
