import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from infra.environments import DEV
from infra.lake.lake_catalog import PipelineCatalog
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineScope
from tests.infra.pipelines import METERS


@pytest.mark.parametrize(("is_governed", "default_permissions"), [(True, []), (False, Match.absent())])
def test_a_governed_catalog_grants_new_tables_to_no_default_principal(
    is_governed: bool, default_permissions: object
) -> None:
    stack = cdk.Stack()
    PipelineCatalog(
        stack,
        "Catalog",
        pipeline=PipelineScope(PlatformNames.of(DEV), METERS),
        is_governed=is_governed,
        removal=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    )
    Template.from_stack(stack).all_resources_properties(
        "AWS::Glue::Database", {"DatabaseInput": {"CreateTableDefaultPermissions": default_permissions}}
    )
