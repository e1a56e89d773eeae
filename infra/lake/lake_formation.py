"""Lake Formation: registered locations of the lake and grants, which are created one after the other.

The account's data lake settings (administrators and defaults) are not managed here: all users of the account share
them, and CloudFormation can only add to them or replace them:
see docs/decisions/data.md#lake-formation-grants-not-account-settings and docs/data.md.
"""

from collections.abc import Sequence

from aws_cdk import aws_lakeformation as lakeformation
from constructs import Construct

from infra.lake.lake_buckets import LakeBuckets
from infra.lake.lake_grants import EVERY_TABLE, Grant
from infra.names import BootstrapRole, PlatformNames, RolePurpose
from infra.security.permissions import PlatformRole, allow_key
from jobs.contracts.tables import TABLE_ZONES, Zone

_Permissions = lakeformation.CfnPrincipalPermissions


class LakeLocations(Construct):
    """The buckets of tables, registered under the role that Lake Formation uses to access data for its grantees.

    CloudFormation can create tables in all of them.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, names: PlatformNames, buckets: LakeBuckets, key_arn: str
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = _access_role(self, names, key_arn)
        self._names, chain = names, GrantChain()
        creator = names.bootstrap_role_arn(BootstrapRole.CLOUDFORMATION)
        locations = {zone: self._location(zone, buckets) for zone in TABLE_ZONES}
        for zone, location in locations.items():
            grant = location_grant(self, names, creator, zone)
            grant.node.add_dependency(location)
            chain.append(grant)

    def _location(self, zone: Zone, buckets: LakeBuckets) -> lakeformation.CfnResource:
        location = lakeformation.CfnResource(
            self,
            zone.capitalize(),
            resource_arn=f"arn:aws:s3:::{self._names.bucket(zone)}",
            role_arn=self.role.arn,
            use_service_linked_role=False,
            # With hybrid access, all principals that IAM allows to read a table could still read it.
            hybrid_access_enabled=False,
        )
        location.node.add_dependency(self.role, buckets.zones[zone])
        return location


class LakeGrants(Construct):
    """The Lake Formation permissions of the grants, as CloudFormation resources."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, grants: Sequence[Grant]) -> None:
        super().__init__(scope, construct_id)
        chain = GrantChain()
        for grant in grants:
            place = grant.table or "database"
            construct_id = f"{_short(grant.principal)}-{grant.database}-{place}"
            chain.append(_grant(self, construct_id, grant.principal, grant.permissions, _resource(names, grant)))


def location_grant(
    scope: Construct, names: PlatformNames, principal: str, zone: Zone
) -> lakeformation.CfnPrincipalPermissions:
    """Grant the principal to create tables whose files are in the zone."""
    bucket = f"arn:aws:s3:::{names.bucket(zone)}"
    place = _Permissions.DataLocationResourceProperty(catalog_id=names.account, resource_arn=bucket)
    resource = _Permissions.ResourceProperty(data_location=place)
    return _grant(scope, f"{zone}-{_short(principal)}", principal, ("DATA_LOCATION_ACCESS",), resource)


def allow_data_access(role: PlatformRole) -> None:
    """Allow the role to request credentials for the data that Lake Formation granted to it."""
    role.allow(
        ["lakeformation:GetDataAccess"], ["*"], "the action does not support resources; grants limit it to tables"
    )


class GrantChain:
    """Grants that depend on one another, so that CloudFormation creates them one by one.

    When grants are created at the same time, some are reported as existing and the deployment fails (CloudFormation
    coverage roadmap issue 2500, open on 2026-04-23).
    """

    def __init__(self) -> None:
        self._last: lakeformation.CfnPrincipalPermissions | None = None

    def append(self, grant: lakeformation.CfnPrincipalPermissions) -> None:
        """Make the grant depend on the previous one."""
        if self._last is not None:
            grant.node.add_dependency(self._last)
        self._last = grant


def _grant(
    scope: Construct,
    construct_id: str,
    principal: str,
    permissions: Sequence[str],
    resource: lakeformation.CfnPrincipalPermissions.ResourceProperty,
) -> lakeformation.CfnPrincipalPermissions:
    return _Permissions(
        scope,
        construct_id,
        principal=_Permissions.DataLakePrincipalProperty(data_lake_principal_identifier=principal),
        permissions=list(permissions),
        permissions_with_grant_option=[],
        resource=resource,
    )


def _resource(names: PlatformNames, grant: Grant) -> lakeformation.CfnPrincipalPermissions.ResourceProperty:
    account, database = names.account, grant.database
    if grant.table is None:
        place = _Permissions.DatabaseResourceProperty(catalog_id=account, name=database)
        return _Permissions.ResourceProperty(database=place)
    if grant.table == EVERY_TABLE:
        tables = _Permissions.TableResourceProperty(catalog_id=account, database_name=database, table_wildcard={})
        return _Permissions.ResourceProperty(table=tables)
    if not grant.withheld:
        table = _Permissions.TableResourceProperty(catalog_id=account, database_name=database, name=grant.table)
        return _Permissions.ResourceProperty(table=table)
    columns = _Permissions.TableWithColumnsResourceProperty(
        catalog_id=account,
        database_name=database,
        name=grant.table,
        column_wildcard=_Permissions.ColumnWildcardProperty(excluded_column_names=list(grant.withheld)),
    )
    return _Permissions.ResourceProperty(table_with_columns=columns)


def _short(principal: str) -> str:
    return principal.rsplit("/", 1)[-1]


def _access_role(scope: Construct, names: PlatformNames, key_arn: str) -> PlatformRole:
    role = PlatformRole(
        scope,
        "Role",
        names=names,
        purpose=RolePurpose.LAKE_ACCESS,
        description="Lake Formation lends the data of tables to whom it granted them",
        services=["lakeformation.amazonaws.com"],
    )
    role.allow(["s3:ListBucket"], names.bucket_arns(TABLE_ZONES), "the registered locations")
    reason = "a registered location is a bucket, in which Iceberg chooses the names of data files"
    role.allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], names.object_arns(TABLE_ZONES), reason)
    allow_key(role, key_arn)
    return role
