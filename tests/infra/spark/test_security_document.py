import pytest

from infra.environments import DEV, ENVIRONMENTS
from infra.names import PlatformNames
from infra.spark.security_document import configuration_name, security_configuration

NAMES = PlatformNames.of(DEV)
KEY = "arn:aws:kms:us-east-1:111111111111:key/1"
PLAIN = security_configuration(NAMES, KEY, in_transit=False)
SEALED = security_configuration(NAMES, KEY, in_transit=True)


@pytest.mark.parametrize("document", [PLAIN, SEALED])
def test_disks_and_s3_are_encrypted_and_metadata_needs_a_token(document: dict[str, dict[str, object]]) -> None:
    encryption = document["EncryptionConfiguration"]
    assert encryption["EnableAtRestEncryption"] is True
    assert encryption["AtRestEncryptionConfiguration"] == {
        "S3EncryptionConfiguration": {"EncryptionMode": "SSE-KMS", "AwsKmsKey": KEY},
        "LocalDiskEncryptionConfiguration": {
            "EncryptionKeyProviderType": "AwsKms",
            "AwsKmsKey": KEY,
            "EnableEbsEncryption": True,
        },
    }
    metadata = document["InstanceMetadataServiceConfiguration"]
    assert metadata == {"MinimumInstanceMetadataServiceVersion": 2, "HttpPutResponseHopLimit": 1}


@pytest.mark.parametrize("document", [PLAIN, SEALED])
def test_steps_run_under_roles_of_their_own(document: dict[str, dict[str, object]]) -> None:
    iam = document["AuthorizationConfiguration"]["IAMConfiguration"]
    assert iam == {"EnableApplicationScopedIAMRole": True}


def test_nodes_talk_tls_with_certificates_that_no_template_holds() -> None:
    encryption = SEALED["EncryptionConfiguration"]
    assert encryption["EnableInTransitEncryption"] is True
    assert encryption["InTransitEncryptionConfiguration"]["TLSCertificateConfiguration"] == {
        "CertificateProviderType": "PEM",
        "S3Object": "s3://mlops-dev-artifacts-111111111111-us-east-1/emr-certificates/nodes.zip",
    }
    assert PLAIN["EncryptionConfiguration"]["EnableInTransitEncryption"] is False
    assert "InTransitEncryptionConfiguration" not in PLAIN["EncryptionConfiguration"]


def test_another_document_has_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    before = configuration_name(NAMES, in_transit=True)
    assert before != configuration_name(NAMES, in_transit=False)
    monkeypatch.setattr("infra.spark.security_document.CERTIFICATES", "emr-certificates/other.zip")
    assert before != configuration_name(NAMES, in_transit=True)


def test_only_development_may_do_without_tls_between_nodes() -> None:
    sealed = {name: config.spark.encrypts_in_transit for name, config in ENVIRONMENTS.items()}
    assert sealed == {"dev": False, "staging": True, "prod": True}
