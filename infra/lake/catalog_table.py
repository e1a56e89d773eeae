"""A reference to a table of the Data Catalog, for the constructs that maintain tables."""

from dataclasses import dataclass

from aws_cdk import CfnResource


@dataclass(frozen=True, kw_only=True)
class CatalogTable:
    """The database and name of an Iceberg table, and the resource that creates it."""

    construct_id: str
    database: str
    name: str
    creator: CfnResource
