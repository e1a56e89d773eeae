import json

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.stacks.conftest import Templates
from tests.stacks.templates import masked

STACKS = ("keys", "network", "data", "tracking", "compute", "orchestration", "observability")


@pytest.fixture
def document(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """One file per stack, so that a diff shows which one changed."""
    return snapshot.use_extension(JSONSnapshotExtension)


def test_these_are_all_stacks(dev: Templates) -> None:
    assert set(dev) == set(STACKS)


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_is_as_reviewed(stack: str, dev: Templates, document: SnapshotAssertion) -> None:
    assert json.loads(masked(json.dumps(dev[stack]))) == document
