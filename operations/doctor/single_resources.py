"""Resources of which an account can hold one: those that exist already make the creation of a second fail."""

from collections.abc import Callable, Iterator, Mapping

from botocore.exceptions import ClientError

from common.resource_types import resource_types
from operations.doctor.obstacle import Obstacle
from operations.doctor.subject import Subject


def single_resource_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for each resource of a template that the account already holds, and can hold only once."""
    for type_name, row in resource_types().items():
        purpose = subject.stage_of(type_name)
        if row.limit == 1 and purpose is not None and not subject.exists(purpose):
            yield from LOOKUPS[type_name](subject, purpose)


def _anomaly_monitor(subject: Subject, purpose: str) -> Iterator[Obstacle]:
    services = [monitor for monitor in _monitors(subject) or [] if monitor.get("MonitorDimension") == "SERVICE"]
    if services:
        arn, name = services[0]["MonitorArn"], services[0]["MonitorName"]
        yield Obstacle(
            stage=purpose,
            what=f"the account has the cost monitor {name} ({arn})",
            why='an account can have one monitor of services; the second one fails with "null (AlreadyExists)"',
            remedy=[f'in infra/environments.py, AlertConfig: anomaly_monitor="{arn}", create_anomaly_monitor=False'],
        )


def _catalog_settings(subject: Subject, purpose: str) -> Iterator[Obstacle]:
    found = subject.client("glue").get_data_catalog_encryption_settings()["DataCatalogEncryptionSettings"]
    at_rest = found.get("EncryptionAtRest", {})
    if at_rest.get("CatalogEncryptionMode", "DISABLED") != "DISABLED":
        key = at_rest.get("SseAwsKmsKeyId", "the AWS managed key")
        yield Obstacle(
            stage=purpose,
            what=f"the Data Catalog of the account is encrypted with {key}",
            why="an account has one catalog; this environment would replace the key of all other users of it",
            remedy=["in infra/environments.py, LakeConfig: encrypt_catalog=False, or use an account of its own"],
        )


def _oidc_provider(subject: Subject, purpose: str) -> Iterator[Obstacle]:
    wanted = {
        properties["Url"].removeprefix("https://") for _, _, properties in subject.resources("AWS::IAM::OIDCProvider")
    }
    arns = [each["Arn"] for each in subject.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    for arn in arns:
        if arn.partition("oidc-provider/")[2] in wanted:
            yield Obstacle(
                stage=purpose,
                what=f"the account has the identity provider {arn}",
                why="an account can have one provider of an address; the second one fails with EntityAlreadyExists",
                remedy=["in infra/environments.py, DeliveryConfig: provider_exists=True"],
            )


def _monitors(subject: Subject) -> list[dict[str, str]] | None:
    """Return the cost monitors of the account; None where Cost Explorer was never enabled."""
    try:
        return subject.pages("ce", "get_anomaly_monitors", "AnomalyMonitors")
    except ClientError as error:
        if "not enabled for cost explorer" not in str(error).lower():
            raise
        return None


#: How to look up the single resource of each type; a test requires one for every row with `limit = 1`.
LOOKUPS: Mapping[str, Callable[[Subject, str], Iterator[Obstacle]]] = {
    "AWS::CE::AnomalyMonitor": _anomaly_monitor,
    "AWS::Glue::DataCatalogEncryptionSettings": _catalog_settings,
    "AWS::IAM::OIDCProvider": _oidc_provider,
}


def cost_explorer_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle when the templates use Cost Explorer and it is not enabled in the account."""
    purpose = subject.stage_of("AWS::CE::AnomalySubscription")
    if purpose is not None and _monitors(subject) is None:
        yield Obstacle(
            stage=purpose,
            what="Cost Explorer was never enabled in this account",
            why='the stack of cost anomalies ends with "User not enabled for cost explorer access"',
            remedy=[
                "open https://console.aws.amazon.com/cost-management/home once with billing permissions and wait a day",
            ],
        )
