import json

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.stacks.conftest import Templates
from tests.stacks.templates import masked

STACKS = ("network", "data", "tracking", "compute", "orchestration", "observability")


def test_these_are_all_stacks(dev: Templates) -> None:
    assert set(dev) == set(STACKS)


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_is_as_reviewed(stack: str, dev: Templates, snapshot: SnapshotAssertion) -> None:
    assert masked(json.dumps(dev[stack], indent=1, sort_keys=True)) == snapshot
