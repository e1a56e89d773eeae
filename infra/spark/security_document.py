"""The EMR security document: encryption at rest and in transit, IMDSv2, and runtime roles for steps."""

from typing import Any

from infra.content_name import GENERATED, content_name
from infra.names import PlatformNames
from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone

#: The PEM files of the nodes as a zip file for EMR; an operator issues, uploads and renews them:
#: docs/decisions/spark.md#emr-security-configuration.
CERTIFICATES = f"{Folder.EMR_CERTIFICATES}/nodes.zip"


def configuration_name(names: PlatformNames, *, in_transit: bool) -> str:
    """The name of the configuration, which follows the document because EMR cannot update one."""
    document = security_configuration(names, GENERATED, in_transit=in_transit)
    return content_name(names.resource("spark"), {"SecurityConfiguration": document})


def security_configuration(names: PlatformNames, key_arn: str, *, in_transit: bool) -> dict[str, Any]:
    """EMR's security document (EMR management guide, security configurations and runtime roles, read 2026-11-24)."""
    encryption: dict[str, Any] = {
        "EnableAtRestEncryption": True,
        "EnableInTransitEncryption": in_transit,
        "AtRestEncryptionConfiguration": {
            "S3EncryptionConfiguration": {"EncryptionMode": "SSE-KMS", "AwsKmsKey": key_arn},
            "LocalDiskEncryptionConfiguration": {
                "EncryptionKeyProviderType": "AwsKms",
                "AwsKmsKey": key_arn,
                "EnableEbsEncryption": True,
            },
        },
    }
    if in_transit:
        certificates = {"CertificateProviderType": "PEM", "S3Object": names.uri(Zone.ARTIFACTS, CERTIFICATES)}
        encryption["InTransitEncryptionConfiguration"] = {"TLSCertificateConfiguration": certificates}
    return {
        "EncryptionConfiguration": encryption,
        "InstanceMetadataServiceConfiguration": {
            "MinimumInstanceMetadataServiceVersion": 2,
            "HttpPutResponseHopLimit": 1,
        },
        "AuthorizationConfiguration": {"IAMConfiguration": {"EnableApplicationScopedIAMRole": True}},
    }
