"""The certificate of MLflow's load balancer."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from operations.doctor.obstacle import Obstacle
from operations.doctor.subject import Subject


def certificate_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle unless the configured certificate is issued for MLflow's host."""
    arn, host = subject.config.tracking.certificate_arn, subject.config.tracking.host
    if arn is None:
        return
    try:
        certificate = subject.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        yield _obstacle(f"certificate {arn} does not exist", _request(subject))
        return
    hosts = [certificate["DomainName"], *certificate.get("SubjectAlternativeNames", [])]
    if host not in hosts and f"*.{host.split('.', 1)[1]}" not in hosts:
        yield _obstacle(f"certificate {arn} is for {', '.join(dict.fromkeys(hosts))}, not {host}", _request(subject))
    elif certificate["Status"] != "ISSUED":
        yield _obstacle(f"certificate {arn} of {host} is {certificate['Status']}", _validation(arn, certificate))
    elif certificate.get("Type") == "PRIVATE" and subject.config.tracking.ca_bundle is None:
        yield Obstacle(
            stage="tracking",
            what=f"certificate {arn} of {host} was issued by a private authority",
            why="no job trusts it, so every run that tracks its work fails",
            remedy=_authority(subject, arn),
        )


def _obstacle(what: str, remedy: list[str]) -> Obstacle:
    why = "the load balancer's listener accepts an issued certificate only, and clients compare its name with the host"
    return Obstacle(stage="tracking", what=what, why=why, remedy=remedy)


def _request(subject: Subject) -> list[str]:
    setting = f"PLATFORM_{subject.config.environment.upper()}_CERTIFICATE_ARN"
    host, region = subject.config.tracking.host, subject.config.region
    return [
        f"aws acm request-certificate --domain-name {host} --validation-method DNS --region {region}",
        f"export {setting}=<the ARN that it prints>",
    ]


def _authority(subject: Subject, arn: str) -> list[str]:
    setting = f"PLATFORM_{subject.config.environment.upper()}_CA_BUNDLE"
    query = "--query CertificateChain --output text"
    return [
        f"aws acm get-certificate --certificate-arn {arn} --region {subject.config.region} {query} > authority.pem",
        f"export {setting}=$PWD/authority.pem",
    ]


def _validation(arn: str, certificate: dict[str, Any]) -> list[str]:
    options = certificate.get("DomainValidationOptions", [])
    records = [option["ResourceRecord"] for option in options if "ResourceRecord" in option]
    return [
        *(f"create the record {each['Name']} {each['Type']} {each['Value']} in the public zone" for each in records),
        f"aws acm wait certificate-validated --certificate-arn {arn}",
    ]
