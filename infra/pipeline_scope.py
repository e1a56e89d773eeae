"""The part of an environment that belongs to one pipeline: its stack, roles, prefixes, databases and tables.

Names of pipelines may begin alike, as `a` and `a_b`, so every pattern ends the name with a slash or names tables.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from infra.names import PlatformNames
from jobs.contracts.access import Folder, JobKind
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import TABLE_ZONES, Zone


class PipelineRole(StrEnum):
    """The roles of a pipeline beside those of its jobs: of SageMaker's offline stores and of Glue's optimizers."""

    OFFLINE = "offline"
    TABLES = "tables"


def role_kind(purpose: str) -> str:
    """The `JobKind` or `PipelineRole` of a pipeline's role; the purpose itself for the environment's roles."""
    kind = purpose.rpartition("-")[2]
    return kind if kind in {*JobKind, *PipelineRole} else purpose


_PIPELINE_STACK = "pipeline-"


def pipeline_stack(pipeline: str) -> str:
    """The purpose of a pipeline's stack, in whose name CloudFormation allows no underscores."""
    return f"{_PIPELINE_STACK}{pipeline.replace('_', '-')}"


def is_pipeline_stack(purpose: str) -> bool:
    """Whether the stack with this purpose is that of a pipeline."""
    return purpose.startswith(_PIPELINE_STACK)


@dataclass(frozen=True)
class PipelineScope:
    """The names and ARNs of one pipeline in an environment."""

    names: PlatformNames
    pipeline: Pipeline

    @property
    def name(self) -> str:
        """The pipeline's name, which is also its prefix in the bucket of each zone."""
        return self.pipeline.name

    def object_arns(self, zones: Iterable[Zone]) -> list[str]:
        """The ARNs of the pipeline's objects in the zones."""
        return self.names.object_arns(zones, f"{self.name}/")

    def folder_arns(self, folders: Iterable[Folder]) -> list[str]:
        """The ARNs of the pipeline's objects in folders of the artifacts bucket."""
        (bucket,) = self.names.bucket_arns([Zone.ARTIFACTS])
        return [f"{bucket}/{prefix}" for prefix in self._folder_prefixes(folders)]

    @property
    def own_prefix(self) -> dict[str, Any]:
        """The condition that limits listings to the pipeline's objects of a zone."""
        return {"StringLike": {"s3:prefix": [f"{self.name}/*"]}}

    def own_folders(self, folders: Iterable[Folder]) -> dict[str, Any]:
        """The condition that limits listings of the artifacts bucket to the pipeline's parts of the folders."""
        return {"StringLike": {"s3:prefix": self._folder_prefixes(folders)}}

    def catalog_arns(self, zones: Iterable[Zone] = TABLE_ZONES) -> list[str]:
        """The ARNs of the catalog, the databases of the zones and their tables, which Glue checks together.

        The database of offline stores is shared, so the tables of feature groups are named one by one.
        """
        names, chosen = self.names, [zone for zone in TABLE_ZONES if zone in set(zones)]
        own = [names.database(self.name, zone) for zone in chosen]
        arns = [names.arn("glue", "catalog")]
        for database in own:
            arns += [names.arn("glue", f"database/{database}"), names.arn("glue", f"table/{database}/*")]
        if Zone.FEATURES in chosen:
            arns += self.feature_table_arns()
        return arns

    def feature_table_arns(self) -> list[str]:
        """The ARNs of the database of offline stores and of the pipeline's tables in it; empty without groups."""
        names, database = self.names, self.names.feature_database
        tables = [names.feature_table(self.name, group.name) for group in self.pipeline.feature_groups]
        if not tables:
            return []
        return [
            names.arn("glue", f"database/{database}"),
            *(names.arn("glue", f"table/{database}/{table}") for table in tables),
        ]

    def _folder_prefixes(self, folders: Iterable[Folder]) -> list[str]:
        return [f"{folder}/{self.name}/*" for folder in folders]
