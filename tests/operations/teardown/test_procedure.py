from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from common.errors import PlatformError
from jobs.contracts.tables import Zone
from operations.teardown.account import Account
from operations.teardown.procedure import BEFORE, DATA, STEPS, Stacks, tear_down
from tests.operations.teardown.conftest import NAMES

#: What moto does not know, and so cannot be asked about.
UNKNOWN = {"delete-recovery-points"}


@dataclass
class Recorder:
    """Stacks that resist a number of times; what was asked of them, in order."""

    resists: int = 0
    releases: bool = True
    asked: list[str] = field(default_factory=list)

    def release(self) -> bool:
        self.asked.append("release")
        return self.releases

    def destroy(self, names: Sequence[str]) -> bool:
        self.asked.append(" ".join(names))
        self.resists -= 1
        return self.resists < 0

    @property
    def stacks(self) -> Stacks:
        return Stacks(release=self.release, destroy=self.destroy)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.teardown.procedure.DATA", tuple(step for step in DATA if step.name not in UNKNOWN))


def test_without_the_second_key_only_stacks_without_data_go(account: Account) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket=NAMES.bucket(Zone.RAW))
    s3.put_object(Bucket=NAMES.bucket(Zone.RAW), Key="a", Body=b"1")
    recorder = Recorder()
    done = dict(tear_down(account, recorder.stacks, deletes_data=False))
    assert recorder.asked == ["mlops-dev-observability mlops-dev-orchestration mlops-dev-compute"]
    assert set(done) == {*(step.name for step in BEFORE), "delete-interfaces", "destroy", "delete-logs"}
    assert s3.list_objects_v2(Bucket=NAMES.bucket(Zone.RAW))["KeyCount"] == 1


def test_with_both_keys_everything_goes_and_buckets_are_empty_before(account: Account) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket=NAMES.bucket(Zone.RAW))
    s3.put_object(Bucket=NAMES.bucket(Zone.RAW), Key="a", Body=b"1")
    recorder = Recorder()
    done = [*tear_down(account, recorder.stacks, deletes_data=True)]
    assert recorder.asked == ["release", "--all"]
    names = [name for name, _ in done]
    assert (
        names.index("end-clusters")
        < names.index("empty-buckets")
        < names.index("destroy")
        < names.index("delete-assets")
    )
    assert ("empty-buckets", 1) in done


def test_stacks_that_resist_are_unblocked_and_tried_again(account: Account) -> None:
    recorder = Recorder(resists=2)
    names = [name for name, _ in tear_down(account, recorder.stacks, deletes_data=True)]
    assert recorder.asked == ["release", "--all", "--all", "--all"]
    assert names.count("revoke-emr-rules") == names.count("delete-interfaces") == 3
    with pytest.raises(PlatformError, match="could not be deleted in 3 attempts"):
        list(tear_down(account, Recorder(resists=3).stacks, deletes_data=False))


def test_nothing_is_deleted_when_the_data_cannot_be_released(account: Account) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket=NAMES.bucket(Zone.RAW))
    s3.put_object(Bucket=NAMES.bucket(Zone.RAW), Key="a", Body=b"1")
    with pytest.raises(PlatformError, match="nothing was deleted"):
        list(tear_down(account, Recorder(releases=False).stacks, deletes_data=True))
    assert s3.list_objects_v2(Bucket=NAMES.bucket(Zone.RAW))["KeyCount"] == 1


def test_what_is_left_over_is_an_error_that_names_it(account: Account) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="forgotten")
    s3.put_bucket_tagging(Bucket="forgotten", Tagging={"TagSet": [{"Key": "platform", "Value": "mlops-dev"}]})
    with pytest.raises(PlatformError, match=r"1 resources remain, expected are none: arn:aws:s3:::forgotten"):
        list(tear_down(account, Recorder().stacks, deletes_data=True))


def test_each_step_says_what_it_does_once() -> None:
    assert len({step.description for step in STEPS.values()}) == len(STEPS)
