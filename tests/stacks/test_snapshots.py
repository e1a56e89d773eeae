import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from checks.summaries.template_summary import summarize
from infra.environments import DEV
from tests.stacks.conftest import Templates

STACKS = ("keys", "network", "data", "tracking", "compute", "pipeline-meters", "orchestration", "observability")


class SummarySnapshot(SingleFileSnapshotExtension):
    """One text file per stack, so that a diff shows which one changed."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def reviewed(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SummarySnapshot)


def test_these_are_all_stacks(dev: Templates) -> None:
    assert set(dev) == set(STACKS)


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_is_as_reviewed(stack: str, dev: Templates, reviewed: SnapshotAssertion) -> None:
    assert summarize(dev[stack], account=DEV.account, region=DEV.region) == reviewed
