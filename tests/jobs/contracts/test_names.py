from jobs.contracts.names import LakeNames
from jobs.contracts.tables import Zone
from jobs.pipelines.flight_delay.sources import FLIGHTS

NAMES = LakeNames("dev", "111111111111", "us-east-1")


def test_names_are_those_that_the_stacks_create() -> None:
    assert NAMES.bucket(Zone.RAW) == "mlops-dev-raw-111111111111-us-east-1"
    assert NAMES.uri(Zone.RAW, "a", "b") == "s3://mlops-dev-raw-111111111111-us-east-1/a/b"
    assert NAMES.table("flight_delay", FLIGHTS) == "lake.mlops_dev_flight_delay_raw.flights"
    assert NAMES.feature_group("flight_delay", "airport_state") == "mlops-dev-flight-delay-airport-state"
    assert NAMES.feature_table("flight_delay", "airport_state") == "mlops_dev_flight_delay_airport_state"
    assert NAMES.model_package_group("flight_delay") == NAMES.model_name("flight_delay") == "mlops-dev-flight-delay"


def test_bucket_names_fit_into_s3() -> None:
    longest = LakeNames("staging", "111111111111", "ap-southeast-2")

    assert max(len(longest.bucket(zone)) for zone in Zone) <= 63
