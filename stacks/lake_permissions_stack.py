"""The lake permissions stack: Lake Formation grants to jobs and people, where the environment uses Lake Formation.

It is separate from the data stack because the roles that grants name are created after that stack.
"""

from collections.abc import Sequence

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.lake.lake_formation import LakeGrants
from infra.lake.lake_grants import governed_tables, job_grants, reader_grants
from jobs.contracts.pipeline import Pipeline
from stacks.base_stack import PlatformStack


class LakePermissionsStack(PlatformStack):
    """Grants on databases, tables and columns to the roles of jobs and people."""

    def __init__(self, scope: Construct, *, config: PlatformConfig, pipelines: Sequence[Pipeline]) -> None:
        super().__init__(scope, "lake-permissions", config=config, description="Grants on tables and columns")
        tables = governed_tables(self.names, pipelines)
        grants = [*job_grants(self.names, tables), *reader_grants(config.lake.readers, tables)]
        LakeGrants(self, "Grants", names=self.names, grants=grants)
