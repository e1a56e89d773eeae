"""Lake Formation grants on the tables of one pipeline: to the services that maintain them, to jobs and to people.

The grants of a stack depend on one another, because CloudFormation reports some of those that it creates at the same
time as existing (`GrantChain`).
"""

from collections.abc import Sequence

from aws_cdk import CfnResource
from constructs import Construct

from infra.jobs.job_roles import JobRoles
from infra.lake.feature_store import FeatureStore
from infra.lake.lake_catalog import PipelineCatalog
from infra.lake.lake_formation import LakeGrants, allow_data_access, location_grant
from infra.lake.lake_grants import MAINTAIN, Grant, governed_tables, job_grants, reader_grants, table_grants
from infra.lake.table_optimizers import TableOptimizers
from infra.pipeline_scope import PipelineScope
from jobs.contracts.tables import Zone


class StoreGrants(Construct):
    """The grants that SageMaker needs to create the tables of feature groups; feature groups depend on them."""

    def __init__(self, scope: Construct, construct_id: str, *, pipeline: PipelineScope, features: FeatureStore) -> None:
        super().__init__(scope, construct_id)
        names, principal = pipeline.names, features.role.arn
        allow_data_access(features.role)
        location = location_grant(self, names, principal, Zone.FEATURES)
        grant = Grant(principal=principal, database=names.feature_database, permissions=("CREATE_TABLE", "DESCRIBE"))
        create = LakeGrants(self, "Create", names=names, grants=[grant])
        location.node.add_dependency(features.role)
        create.node.add_dependency(location)
        for table in features.tables:
            table.creator.node.add_dependency(create)


def govern(
    scope: Construct,
    *,
    pipeline: PipelineScope,
    catalog: PipelineCatalog,
    features: FeatureStore | None,
    optimizers: TableOptimizers,
    jobs: JobRoles,
    readers: Sequence[str],
) -> None:
    """Grant services, jobs and people their permissions on the tables of a pipeline.

    Optimizers are created after their grants; all other grants are created after the tables that they name.
    """
    names, tables = pipeline.names, governed_tables(pipeline)
    allow_data_access(optimizers.role)
    maintain = list(table_grants(optimizers.role.arn, tables, MAINTAIN, sees_sensitive=True))
    first = LakeGrants(scope, "TableGrants", names=names, grants=maintain)
    first.node.add_dependency(optimizers.role, catalog)
    if features is not None:
        store = StoreGrants(scope, "StoreGrants", pipeline=pipeline, features=features)
        first.node.add_dependency(store, features)
    _before(optimizers.optimizers, first)
    users = [*job_grants(pipeline, tables), *reader_grants(readers, tables)]
    LakeGrants(scope, "Grants", names=names, grants=users).node.add_dependency(first, jobs)


def _before(resources: Sequence[CfnResource], grants: LakeGrants) -> None:
    for resource in resources:
        resource.node.add_dependency(grants)
