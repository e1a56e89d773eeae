from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.compute_config import SageMakerConfig, ServerlessSpark, SparkCluster
from infra.config.emr_releases import GRAVITON_FAMILIES
from infra.config.validation import ConfigError
from infra.environments import DEV

CLUSTER = DEV.spark


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"release": "emr-spark-8.1.0"}, "spark.release: received 'emr-spark-8.1.0'; allowed is one of"),
        ({"mode": "sometimes"}, r"spark.mode: received 'sometimes'; allowed is one of \['persistent', 'transient'\]"),
        (
            {"core_types": ("m5.xlarge",)},
            "spark.core_types: received 'm5.xlarge'; allowed is a Graviton family of emr-7.14.0",
        ),
        ({"task_types": ("m9g.xlarge",)}, "spark.task_types: received 'm9g.xlarge'"),
        ({"primary_types": ()}, r"spark.primary_types: received \(\); allowed is one to five different types"),
        ({"primary_types": ("m7g",)}, "spark.primary_types: received 'm7g'; allowed is a value like m7g.xlarge"),
        ({"core_units": 0}, "spark.core_units: received 0; allowed is 1 to 100"),
        ({"core_units": 5}, "spark.maximum_units: received 4; allowed is 5 to 200"),
        ({"spot_wait_minutes": 1}, "spark.spot_wait_minutes: received 1; allowed is 5 to 1440"),
    ],
)
def test_a_cluster_that_emr_would_refuse_is_refused_here(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(CLUSTER, **change)  # type: ignore[arg-type]


def test_a_family_is_checked_against_its_release() -> None:
    assert "c8gn" in GRAVITON_FAMILIES["emr-7.14.0"]
    with pytest.raises(ConfigError, match=r"Graviton family of emr-7.0.0"):
        replace(CLUSTER, release="emr-7.0.0", core_types=("c8gn.xlarge",))


@given(
    release=st.sampled_from(sorted(GRAVITON_FAMILIES)),
    family=st.sampled_from(["m5", "c5", "r5", "m6g", "m7g", "c8gn", "r8gd", "m9g", "g5g", "g4dn"]),
    size=st.sampled_from(["xlarge", "2xlarge"]),
)
def test_exactly_the_families_of_the_release_are_accepted(release: str, family: str, size: str) -> None:
    types = (f"{family}.{size}",)
    is_accepted = True
    try:
        replace(CLUSTER, release=release, primary_types=types, core_types=types, task_types=types)
    except ConfigError:
        is_accepted = False
    assert is_accepted == (family in GRAVITON_FAMILIES[release])


@given(core=st.integers(-5, 120), maximum=st.integers(-5, 250), fixed=st.integers(-5, 250))
def test_units_are_accepted_exactly_within_their_bounds(core: int, maximum: int, fixed: int) -> None:
    is_accepted = True
    try:
        replace(CLUSTER, core_units=core, maximum_units=maximum, fixed_units=fixed, on_demand_units=fixed)
    except ConfigError:
        is_accepted = False
    assert is_accepted == (1 <= core <= 100 and core <= fixed <= maximum <= 200)


@pytest.mark.parametrize("job", ["training", "processing", "transform"])
@pytest.mark.parametrize("instance_type", ["ml.m7g.large", "ml.c6gn.xlarge", "ml.r8g.2xlarge", "ml.g5g.xlarge"])
def test_graviton_is_refused_where_sagemaker_refuses_it(job: str, instance_type: str) -> None:
    with pytest.raises(ConfigError, match=f"sagemaker.{job}_instance_type: .*Graviton for endpoints only"):
        SageMakerConfig(**{f"{job}_instance_type": instance_type})  # type: ignore[arg-type]


@pytest.mark.parametrize("gpu", ["ml.g4dn.xlarge", "ml.g5.xlarge"])
def test_gpus_are_not_mistaken_for_graviton(gpu: str) -> None:
    assert SageMakerConfig(training_instance_type=gpu).training_instance_type == gpu


def test_tuning_cannot_run_more_jobs_at_once_than_in_all() -> None:
    with pytest.raises(ConfigError, match=r"tuning_max_parallel_jobs: received 5; allowed is 1 to 4"):
        SageMakerConfig(tuning_max_jobs=4, tuning_max_parallel_jobs=5)


def test_a_serverless_application_needs_room_for_one_driver() -> None:
    with pytest.raises(ConfigError, match=r"serverless.maximum_vcpu: received 1; allowed is 4 to 4000"):
        ServerlessSpark(release="emr-7.14.0", maximum_vcpu=1)


def test_modes_are_the_two_that_dags_know() -> None:
    assert {replace(CLUSTER, mode="persistent").mode, CLUSTER.mode} == {"persistent", "transient"}
    assert isinstance(CLUSTER, SparkCluster)
