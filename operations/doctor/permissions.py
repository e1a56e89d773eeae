"""What the account's own rules for permissions require of a deployment."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from infra.names import BootstrapRole
from operations.doctor.obstacle import ACCOUNT, Obstacle
from operations.doctor.subject import Subject


def database_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle unless the deployment may create Glue databases: Lake Formation lets administrators only."""
    settings = subject.client("lakeformation").get_data_lake_settings()["DataLakeSettings"]
    admins = {each["DataLakePrincipalIdentifier"] for each in settings.get("DataLakeAdmins", [])}
    is_controlled_by_iam = bool(settings.get("CreateDatabaseDefaultPermissions"))
    deployer = subject.names.bootstrap_role_arn(BootstrapRole.CLOUDFORMATION)
    if (subject.config.lake.lake_formation or not is_controlled_by_iam) and deployer not in admins:
        kept = sorted(admins | {deployer})
        listed = ",".join(f"{{DataLakePrincipalIdentifier={each}}}" for each in kept)
        yield Obstacle(
            stage="data",
            what=f"Lake Formation controls the catalog, and {deployer} is not one of its {len(admins)} administrators",
            why="the data stack may create no database",
            remedy=[
                "aws lakeformation get-data-lake-settings    # put-data-lake-settings replaces all of them",
                f"aws lakeformation put-data-lake-settings --data-lake-settings 'DataLakeAdmins=[{listed}]'",
            ],
        )


def boundary_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle unless the policy that the settings name as permissions boundary exists."""
    name = subject.config.security.permissions_boundary
    if name is None:
        return
    try:
        subject.client("iam").get_policy(PolicyArn=f"arn:aws:iam::{subject.config.account}:policy/{name}")
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"NoSuchEntity", "NoSuchEntityException"}:
            raise
        yield Obstacle(
            stage=ACCOUNT,
            what=f"the policy {name} does not exist, which security.permissions_boundary names",
            why="every role refers to it, so the first role ends with NoSuchEntity",
            remedy=[f"aws iam create-policy --policy-name {name} --policy-document file://<your boundary>.json"],
        )
