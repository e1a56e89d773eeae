import re

from hypothesis import given
from hypothesis import strategies as st

from infra.config.regions import REGIONS
from infra.environments import DEV, ENVIRONMENTS
from infra.names import PlatformNames, RolePurpose
from infra.pipeline_scope import PipelineRole, role_kind
from jobs.contracts.access import JobKind
from jobs.contracts.names import LakeNames, job_purpose
from jobs.contracts.tables import Zone

NAMES = PlatformNames.of(DEV)


def test_platform_and_jobs_spell_the_lake_alike() -> None:
    lake = LakeNames("dev", "111111111111", "us-east-1")
    assert [NAMES.bucket(zone) for zone in Zone] == [lake.bucket(zone) for zone in Zone]
    assert NAMES.feature_database == lake.feature_database == "mlops_dev_feature_store"


def test_arns_are_literal() -> None:
    assert NAMES.role_arn(RolePurpose.AIRFLOW) == "arn:aws:iam::111111111111:role/mlops-dev-airflow-us-east-1"
    assert NAMES.arn("glue", "catalog") == "arn:aws:glue:us-east-1:111111111111:catalog"
    assert NAMES.object_arns([Zone.RAW], "x/") == ["arn:aws:s3:::mlops-dev-raw-111111111111-us-east-1/x/*"]
    assert NAMES.image_uri("1").startswith(
        "111111111111.dkr.ecr.us-east-1.amazonaws.com/cdk-hnb659fds-container-assets-"
    )


def test_the_kind_at_the_end_tells_roles_of_pipelines_from_those_of_the_environment() -> None:
    assert {role_kind(purpose) for purpose in RolePurpose} == set(RolePurpose)
    kinds = (*JobKind, *PipelineRole)
    assert {role_kind(job_purpose("air_quality", kind)) for kind in kinds} == set(kinds)
    # Where one kind were the end of another, two pipelines could have one role.
    assert not [kind for kind in kinds if "-" in kind]


def test_environments_share_no_name() -> None:
    everything = [
        {names.prefix, names.system_bucket("logs"), *map(names.role, RolePurpose), *map(names.bucket, Zone)}
        for names in map(PlatformNames.of, ENVIRONMENTS.values())
    ]
    assert len(set.union(*everything)) == sum(map(len, everything))


@given(
    environment=st.from_regex(r"[a-z][a-z0-9]{1,9}", fullmatch=True),
    region=st.sampled_from(REGIONS),
    purpose=st.sampled_from(RolePurpose),
)
def test_names_fit_the_limits_of_their_services(environment: str, region: str, purpose: RolePurpose) -> None:
    names = PlatformNames(environment=environment, account="123456789012", region=region)
    assert len(names.role(purpose)) <= 64
    for bucket in (*(names.bucket(zone) for zone in Zone), names.system_bucket("access-logs")):
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", bucket)
    for kind in (*JobKind, *PipelineRole):
        assert len(names.job_role("p" * 24, kind)) <= 64
    # Load balancers take 32 characters.
    assert len(names.resource("tracking")) <= 32
