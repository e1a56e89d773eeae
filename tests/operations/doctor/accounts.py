"""Fresh accounts, one of them after a failed attempt, and an account that is prepared for the same environment.

`python -m tests.operations.doctor.accounts` prints what doctor says about each.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from checks.assembly import Assembly, read_assembly
from common.service_roles import service_roles
from infra.config.platform_config import PlatformConfig
from infra.config.zones import ZONE_IDS
from infra.environments import DEV
from infra.names import PlatformNames
from infra.node_runtime import use_packaged_node
from jobs.contracts.tables import Zone
from operations.doctor.examination import examine
from operations.doctor.leftovers import LISTINGS
from operations.doctor.report import report_lines
from operations.doctor.subject import Subject
from tests.operations.doctor.stub import Answers, clients, error

ACCOUNT, REGION, HOST = "123456789012", "us-east-1", "mlflow.dev.data.corp.com"
CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/0a1b2c3d-0000-4000-8000-000000000000"
CONFIG = replace(
    DEV,
    account=ACCOUNT,
    tracking=replace(DEV.tracking, host=HOST, certificate_arn=CERTIFICATE),
    alerts=replace(DEV.alerts, create_anomaly_monitor=True),
    budget=replace(DEV.budget, email="mlops@corp.com"),
)
NAMES = PlatformNames.of(CONFIG)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-4333-8444-555555555555"
MONITOR = f"arn:aws:ce::{ACCOUNT}:anomalymonitor/66666666-7777-4888-8999-aaaaaaaaaaaa"

#: Names of zones as in an account in which `us-east-1b` is the zone without MWAA.
_LETTERS = dict(zip("abcdef", ("use1-az6", "use1-az3", "use1-az1", "use1-az2", "use1-az4", "use1-az5"), strict=True))
_NOW = "2026-11-29T12:00:00Z"
_VALUES_OF_FRESH_ACCOUNTS = {"L-1216C47A": 5.0, "L-34B43A08": 5.0, "L-D05C8A75": 16.0, "L-3032A538": 6.0}
_VALUES = {
    "L-67D41C6B": 10.0,
    "L-F678F1CE": 5.0,
    "L-0263D0A3": 5.0,
    "L-53DA6B97": 50.0,
    "L-7B6409FD": 40.0,
    "L-29B6F2EB": 50.0,
}


def synthesized(config: PlatformConfig) -> Assembly:
    """The environment as doctor sees it."""
    use_packaged_node(os.environ)
    from stacks.synth import synthesize  # noqa: PLC0415

    with TemporaryDirectory() as name:
        synthesize([config], Path(name))
        return read_assembly(Path(name) / config.environment, config)


def subject(assembly: Assembly, answers: Answers, program: Any) -> Subject:
    """The environment, an account and a machine."""
    return Subject(assembly=assembly, client=clients(answers, REGION), program=program)


def _zones() -> dict[str, Any]:
    assert set(_LETTERS.values()) == set(ZONE_IDS[REGION])
    zones = [
        {"ZoneName": f"{REGION}{letter}", "ZoneId": zone, "State": "available"} for letter, zone in _LETTERS.items()
    ]
    return {"AvailabilityZones": zones}


def _endpoint_services(*, complete: bool) -> Any:
    names = [f"{REGION}{letter}" for letter in _LETTERS]
    # Letter d is use1-az2.
    fewer = [name for name in names if complete or not name.endswith("d")]

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        (filtered,) = params["Filters"]
        details = [
            {"ServiceName": name, "AvailabilityZones": fewer if name.endswith("sagemaker.api") else names}
            for name in filtered["Values"]
        ]
        return {"ServiceDetails": details}

    return answer


def _quota(values: dict[str, float], otherwise: float) -> Any:
    return lambda params: {"Quota": {"Value": values.get(params["QuotaCode"], otherwise)}}


def _roles(services: Sequence[str]) -> dict[str, Any]:
    def role(service: str) -> dict[str, Any]:
        name, path = service_roles()[service].role, f"/aws-service-role/{service}/"
        arn = f"arn:aws:iam::{ACCOUNT}:role{path}{name}"
        return {"Path": path, "RoleName": name, "RoleId": "AROA0123456789ABCDEF0", "Arn": arn, "CreateDate": _NOW}

    return {"Roles": [role(service) for service in services], "IsTruncated": False}


def stack(purpose: str, status: str, *, is_protected: bool = False) -> dict[str, Any]:
    return {
        "StackName": NAMES.resource(purpose),
        "StackStatus": status,
        "CreationTime": _NOW,
        "EnableTerminationProtection": is_protected,
    }


def _certificate(status: str) -> dict[str, Any]:
    record = {"Name": f"_4f2a.{HOST}.", "Type": "CNAME", "Value": "_9c1b.acm-validations.aws."}
    options = [{"DomainName": HOST, "ResourceRecord": record}]
    return {"Certificate": {"DomainName": HOST, "Status": status, "DomainValidationOptions": options}}


def _encryption(key: str) -> dict[str, Any]:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    return {"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}}


_PRIVATE = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
_EVERYBODY = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
#: An account with everything that the environment needs.
PREPARED: Answers = {
    "account.GetRegionOptStatus": {"RegionName": REGION, "RegionOptStatus": "ENABLED_BY_DEFAULT"},
    "sts.GetCallerIdentity": {"Account": ACCOUNT},
    "ssm.GetParameter": {"Parameter": {"Value": "30"}},
    "s3.GetBucketVersioning": {"Status": "Enabled"},
    "s3.GetPublicAccessBlock": {"PublicAccessBlockConfiguration": _PRIVATE},
    "s3.GetBucketEncryption": _encryption("arn:aws:kms:us-east-1:123456789012:alias/aws/s3"),
    "kms.DescribeKey": {"KeyMetadata": {"KeyId": KEY, "KeyManager": "CUSTOMER"}},
    "cloudformation.DescribeStacks": {"Stacks": []},
    **{f"{each.service}.{_operation}": {each.key: []} for each in LISTINGS.values()
       for _operation in ["".join(part.title().replace("Db", "DB") for part in each.operation.split("_"))]},
    "secretsmanager.ListSecrets": {"SecretList": []},
    "ec2.DescribeAvailabilityZones": _zones(),
    "ec2.DescribeVpcEndpointServices": _endpoint_services(complete=True),
    "ec2.DescribeInstanceTypeOfferings": lambda params: {
        "InstanceTypeOfferings": [
            {"InstanceType": instance_type, "LocationType": "availability-zone-id", "Location": zone}
            for instance_type in params["Filters"][0]["Values"]
            for zone in params["Filters"][1]["Values"]
        ]
    },
    "rds.DescribeOrderableDBInstanceOptions": {"OrderableDBInstanceOptions": [{"Engine": "postgres"}]},
    "ec2.DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-0"}]},
    "ec2.DescribeAddresses": {"Addresses": []},
    "elbv2.DescribeLoadBalancers": {"LoadBalancers": []},
    "mwaa.ListEnvironments": {"Environments": []},
    "mwaa.GetEnvironment": {"Environment": {"AirflowVersion": CONFIG.airflow.version}},
    "iam.ListRoles": _roles(list(service_roles())),
    "lakeformation.GetDataLakeSettings": {"DataLakeSettings": {"CreateDatabaseDefaultPermissions": _EVERYBODY}},
    "acm.DescribeCertificate": _certificate("ISSUED"),
    "route53.ListHostedZonesByVPC": {"HostedZoneSummaries": [], "MaxItems": "100"},
    "ce.GetAnomalyMonitors": {"AnomalyMonitors": []},
    "lambda.GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 1000}},
    "service-quotas.GetServiceQuota": _quota(_VALUES, 500.0),
    "sns.ListSubscriptionsByTopic": error("NotFound"),
}  # fmt: skip

#: A new account in which a first attempt has failed; it is bootstrapped with a customer key.
FRESH: Answers = {
    **PREPARED,
    "s3.GetBucketEncryption": _encryption(KEY),
    "cloudformation.DescribeStacks": {
        "Stacks": [
            stack("keys", "CREATE_COMPLETE", is_protected=True),
            stack("tracking", "ROLLBACK_COMPLETE", is_protected=True),
        ]
    },
    "s3.ListBuckets": {"Buckets": [{"Name": NAMES.bucket(Zone.RAW)}, {"Name": NAMES.bucket(Zone.LANDING)}]},
    "ec2.DescribeVpcEndpointServices": _endpoint_services(complete=False),
    "iam.ListRoles": _roles([]),
    "acm.DescribeCertificate": _certificate("PENDING_VALIDATION"),
    "ce.GetAnomalyMonitors": {
        "AnomalyMonitors": [
            {
                "MonitorArn": MONITOR,
                "MonitorName": "Default-Services-Monitor",
                "MonitorType": "DIMENSIONAL",
                "MonitorDimension": "SERVICE",
            }
        ]
    },
    "lambda.GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 10}},
    "service-quotas.GetServiceQuota": _quota({**_VALUES, **_VALUES_OF_FRESH_ACCOUNTS}, 0.0),
    "sns.ListSubscriptionsByTopic": {
        "Subscriptions": [
            {"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": CONFIG.budget.email}
        ]
    },
}


#: A new account that was never used: it is not bootstrapped either.
UNTOUCHED: Answers = {
    **FRESH,
    "ssm.GetParameter": error("ParameterNotFound"),
    "cloudformation.DescribeStacks": {"Stacks": []},
    "s3.ListBuckets": {"Buckets": []},
    "ce.GetAnomalyMonitors": error("AccessDeniedException", "User not enabled for cost explorer access"),
    "sns.ListSubscriptionsByTopic": error("NotFound"),
}


def docker(platforms: str | None) -> Any:
    """A machine whose Docker builds for these platforms; without Docker for None."""

    def program(command: Sequence[str]) -> str | None:
        if platforms is None:
            return None
        return f"Name: default\nPlatforms: {platforms}\n" if "buildx" in command else "28.0.1\n"

    return program


#: A laptop without emulators of other processors, and one with them.
LAPTOP, EMULATING = docker("linux/amd64, linux/amd64/v2, linux/386"), docker("linux/amd64*, linux/arm64")

if __name__ == "__main__":
    _assembly = synthesized(CONFIG)
    for _name, _answers, _program in (
        ("untouched", UNTOUCHED, LAPTOP),
        ("after a failed attempt", FRESH, LAPTOP),
        ("prepared", PREPARED, EMULATING),
    ):
        print(f"\n######## {_name}\n")
        for _line in report_lines(CONFIG, examine(subject(_assembly, _answers, _program))):
            print(_line)
