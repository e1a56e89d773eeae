from jobs.contracts.names import LakeNames
from jobs.contracts.tables import Zone
from tests.sample_pipelines import READINGS

NAMES = LakeNames("dev", "111111111111", "us-east-1")


def test_names_are_those_that_the_stacks_create() -> None:
    assert NAMES.bucket(Zone.RAW) == "mlops-dev-raw-111111111111-us-east-1"
    assert NAMES.uri(Zone.RAW, "a", "b") == "s3://mlops-dev-raw-111111111111-us-east-1/a/b"
    assert NAMES.table("two_words", READINGS) == "lake.mlops_dev_two_words_raw.readings"
    assert NAMES.feature_group("two_words", "meter_days") == "mlops-dev-two-words-meter-days"
    assert NAMES.feature_table("two_words", "meter_days") == "mlops_dev_two_words_meter_days"
    assert NAMES.model_package_group("two_words") == NAMES.model_name("two_words") == "mlops-dev-two-words"


def test_bucket_names_fit_into_s3() -> None:
    longest = LakeNames("staging", "111111111111", "ap-southeast-2")

    assert max(len(longest.bucket(zone)) for zone in Zone) <= 63
