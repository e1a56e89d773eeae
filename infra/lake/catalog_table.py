"""A table of the Glue catalog, as the constructs that look after tables see it."""

from dataclasses import dataclass

from aws_cdk import CfnResource


@dataclass(frozen=True, kw_only=True)
class CatalogTable:
    """An Iceberg table by its address, and the resource that creates it."""

    construct_id: str
    database: str
    name: str
    creator: CfnResource
