from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from common.errors import PlatformError
from jobs.contracts.tables import Zone
from operations.teardown.account import Account
from operations.teardown.procedure import BEFORE, DATA, STEPS, Stacks, tear_down
from tests.operations.teardown.conftest import NAMES, stack

#: What moto does not know, and so cannot be asked about.
UNKNOWN = {"delete-recovery-points"}


@dataclass
class Recorder:
    """Stacks that resist a number of times; what was asked of them, in order."""

    resists: int = 0
    releases: bool = True
    account: Account | None = None
    asked: list[str] = field(default_factory=list)

    def release(self, names: Sequence[str]) -> bool:
        self.asked.append(f"release {' '.join(names)}")
        return self.releases

    def destroy(self, names: Sequence[str]) -> bool:
        self.asked.append(" ".join(names))
        self.resists -= 1
        if self.account and self.resists < 0:
            self.account.client("cloudformation").delete_stack(StackName="mlops-dev-data")
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


TOPIC = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}


@pytest.fixture
def deployed(account: Account) -> Account:
    stack(account, "mlops-dev-data", TOPIC, "mlops-dev")
    stack(account, "mlops-dev2-data", TOPIC, "mlops-dev2")
    return account


def test_an_environment_of_which_nothing_was_created_is_not_deployed_to_be_deleted(account: Account) -> None:
    recorder = Recorder()
    assert dict(tear_down(account, recorder.stacks, deletes_data=True))["delete-failed-stacks"] == 0
    assert recorder.asked == ["--all"]


def test_with_both_keys_everything_goes_and_buckets_are_empty_before(deployed: Account) -> None:
    account = deployed
    s3 = account.client("s3")
    s3.create_bucket(Bucket=NAMES.bucket(Zone.RAW))
    s3.put_object(Bucket=NAMES.bucket(Zone.RAW), Key="a", Body=b"1")
    recorder = Recorder(account=account)
    done = [*tear_down(account, recorder.stacks, deletes_data=True)]
    assert recorder.asked == ["release mlops-dev-data", "--all"]
    names = [name for name, _ in done]
    assert (
        names.index("end-clusters")
        < names.index("empty-buckets")
        < names.index("destroy")
        < names.index("delete-assets")
    )
    assert ("empty-buckets", 1) in done


def test_stacks_that_resist_are_unblocked_and_tried_again(deployed: Account) -> None:
    account = deployed
    recorder = Recorder(resists=2, account=account)
    names = [name for name, _ in tear_down(account, recorder.stacks, deletes_data=True)]
    assert recorder.asked == ["release mlops-dev-data", "--all", "--all", "--all"]
    assert names.count("revoke-emr-rules") == names.count("delete-interfaces") == 3
    with pytest.raises(PlatformError, match="could not be deleted in 3 attempts"):
        list(tear_down(account, Recorder(resists=3).stacks, deletes_data=False))


def test_nothing_is_deleted_when_the_data_cannot_be_released(deployed: Account) -> None:
    account = deployed
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
