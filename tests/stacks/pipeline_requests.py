"""Requests for everything that belongs to a pipeline: objects, listings, databases, tables, features and models."""

from collections.abc import Iterator
from itertools import product

from checks.permissions.iam_decision import Request
from infra.names import PlatformNames
from jobs.contracts.access import Folder
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import TABLE_ZONES, Zone

_OBJECTS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload")
_TABLES = ("glue:GetTable", "glue:UpdateTable", "glue:CreateTable", "glue:DeleteTable")
_MODELS = ("sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackage", "sagemaker:PutRecord")
#: Engines name their logs by the ids of runs, and jars belong to no pipeline.
_SHARED = {Folder.SERVERLESS_LOGS, Folder.SPARK_JARS}


def requests_for(names: PlatformNames, pipeline: Pipeline) -> Iterator[Request]:
    """Yield requests to read and to write each of them."""
    yield from _objects(names, pipeline.name)
    yield from _tables(names, pipeline)
    group = names.model_package_group(pipeline.name)
    resources = (f"model-package-group/{group}", f"model-package/{group}/1", f"feature-group/{group}-days")
    for action, resource in product(_MODELS, resources):
        yield Request(action=action, resource=names.arn("sagemaker", resource))


def _objects(names: PlatformNames, pipeline: str) -> Iterator[Request]:
    (artifacts,) = names.bucket_arns([Zone.ARTIFACTS])
    zones = [arn for zone in Zone if zone is not Zone.ARTIFACTS for arn in names.bucket_arns([zone])]
    folders = [f"{artifacts}/{folder}" for folder in Folder if folder not in _SHARED]
    through = {"kms:ViaService": f"s3.{names.region}.amazonaws.com"}
    for action, place in product(_OBJECTS, (*zones, *folders)):
        yield Request(action=action, resource=f"{place}/{pipeline}/part/1", context=through)
    for bucket, prefix in product((*zones, artifacts), (f"{pipeline}/part/", f"{Folder.MODELS}/{pipeline}/run/")):
        yield Request(action="s3:ListBucket", resource=bucket, context={"s3:prefix": prefix})


def _tables(names: PlatformNames, pipeline: Pipeline) -> Iterator[Request]:
    databases = [names.database(pipeline.name, zone) for zone in TABLE_ZONES]
    groups = [names.feature_table(pipeline.name, group.name) for group in pipeline.feature_groups]
    tables = [*((database, "table") for database in databases), *((names.feature_database, each) for each in groups)]
    for action, (database, table) in product(_TABLES, tables):
        yield Request(action=action, resource=names.arn("glue", f"table/{database}/{table}"))
    for database in databases:
        yield Request(action="glue:GetDatabase", resource=names.arn("glue", f"database/{database}"))
