from dataclasses import replace

from infra.environments import DEV
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineScope
from jobs.contracts.access import Folder
from jobs.contracts.tables import TABLE_ZONES, Zone
from tests.infra.pipelines import METERS

SCOPE = PipelineScope(PlatformNames.of(DEV), METERS)
GLUE = "arn:aws:glue:us-east-1:111111111111"


def test_objects_are_limited_to_the_pipeline_s_prefix() -> None:
    assert SCOPE.object_arns([Zone.RAW]) == ["arn:aws:s3:::mlops-dev-raw-111111111111-us-east-1/meters/*"]
    assert SCOPE.folder_arns([Folder.MODELS]) == [
        "arn:aws:s3:::mlops-dev-artifacts-111111111111-us-east-1/models/meters/*"
    ]
    assert SCOPE.own_prefix == {"StringLike": {"s3:prefix": ["meters/*"]}}
    assert SCOPE.own_folders([Folder.MODELS]) == {"StringLike": {"s3:prefix": ["models/meters/*"]}}


def test_the_catalog_is_limited_to_the_pipeline_s_databases_and_its_tables_among_the_offline_stores() -> None:
    arns = SCOPE.catalog_arns()
    assert len(arns) == len(set(arns)) == 1 + 2 * (len(TABLE_ZONES) + 1)
    assert f"{GLUE}:table/mlops_dev_meters_raw/*" in arns
    assert [arn for arn in arns if "feature_store" in arn] == [
        f"{GLUE}:database/mlops_dev_feature_store",
        f"{GLUE}:table/mlops_dev_feature_store/mlops_dev_meters_meter_days",
    ]


def test_a_pipeline_without_feature_groups_does_not_reach_the_database_of_offline_stores() -> None:
    assert not PipelineScope(SCOPE.names, replace(METERS, feature_groups=())).feature_table_arns()
