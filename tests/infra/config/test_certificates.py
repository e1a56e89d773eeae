from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infra.config.certificates import CaBundle, require_certificate
from infra.config.validation import ConfigError
from infra.environments import DEV, PROD

ID = "12345678-90ab-4cde-8f01-234567890abc"
HERE = f"arn:aws:acm:{PROD.region}:{PROD.account}:certificate/{ID}"
NOW = datetime.now(UTC)


def certificate(*, is_authority: bool = True, start: datetime = NOW, days: int = 1) -> str:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "airline")]),
    )
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start - timedelta(hours=1))
    builder = builder.not_valid_after(start + timedelta(days=days))
    extension = x509.BasicConstraints(ca=is_authority, path_length=None)
    signed = builder.add_extension(extension, critical=True).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("none", "allowed is an ARN arn:aws:acm:us-east-1:333333333333:certificate/<id>"),
        (HERE.replace(ID, "1"), "allowed is an ARN arn:aws:acm"),
        (f"arn:aws:iam::{PROD.account}:server-certificate/mlflow", "allowed is an ARN arn:aws:acm"),
        (f"arn:aws:acm-pca:us-east-1:{PROD.account}:certificate-authority/{ID}", "allowed is an ARN arn:aws:acm"),
        (HERE.replace("aws", "aws-cn", 1), "allowed is a certificate of the partition aws"),
        (HERE.replace(PROD.region, "eu-west-1"), "allowed is a certificate of the region us-east-1"),
        (HERE.replace(PROD.account, "999999999999"), "allowed is a certificate of the account 333333333333"),
    ],
)
def test_a_certificate_that_the_load_balancer_cannot_use_is_refused(arn: str, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"^tracking.certificate_arn: received '{arn}'; {message}"):
        require_certificate(arn, region=PROD.region, account=PROD.account)


def test_the_platform_refuses_a_certificate_of_another_region() -> None:
    tracking = replace(
        PROD.tracking, host="mlflow.airline.aero", certificate_arn=HERE.replace(PROD.region, "eu-west-1")
    )
    with pytest.raises(ConfigError, match="allowed is a certificate of the region us-east-1"):
        replace(PROD, tracking=tracking)


def test_a_bundle_keeps_every_authority_and_drops_the_text_around_them(tmp_path: Path) -> None:
    first, second = certificate(), certificate()
    path = tmp_path / "bundle.pem"
    path.write_text(f"Root of the airline\n{first}\n\nIts successor \u00e9\n{second}")
    assert CaBundle.read(path).pem == first + second


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (lambda: "", "received '0 characters'; allowed is PEM text with at least one BEGIN CERTIFICATE"),
        (lambda: "\x00\x01", "allowed is PEM text .*openssl x509 -inform der"),
        (lambda: certificate().replace("\n", "\n!!!!", 1), r"certificate 1 of 1: received text that is not one \("),
        (lambda: certificate() + certificate(is_authority=False), "certificate 2 of 2: .*authority .CA:TRUE"),
        (lambda: certificate(start=NOW - timedelta(days=9)), "certificate 1 of 1: received 'expired on "),
        (lambda: certificate(start=NOW + timedelta(days=9)), "certificate 1 of 1: received 'valid from "),
        (lambda: certificate() + "-----BEGIN EC PRIVATE KEY-----", "received 'a private key'; .*remove the key"),
        (lambda: certificate() * 200, "allowed is at most 65536; name the private authorities only"),
    ],
)
def test_a_bundle_that_no_client_can_use_is_refused(text: Callable[[], str], message: str, tmp_path: Path) -> None:
    path = tmp_path / "bundle.pem"
    path.write_text(text())
    with pytest.raises(ConfigError, match=rf"^tracking.ca_bundle.*{message}"):
        CaBundle.read(path)


@pytest.mark.parametrize("added", ["CERTIFICATES\n", "\n"])
def test_a_bundle_holds_nothing_that_a_script_could_run(added: str) -> None:
    with pytest.raises(ConfigError, match=r"received 'other text between certificates'; .*CaBundle.read"):
        CaBundle(pem=certificate() + added)


def test_a_bundle_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^tracking.ca_bundle: received '.*none.pem' \(No such file or directory\)"):
        CaBundle.read(tmp_path / "none.pem")
    with pytest.raises(ConfigError, match=r"\(Is a directory\); allowed is a readable file"):
        CaBundle.read(tmp_path)


def test_a_private_authority_can_certify_a_private_name() -> None:
    bundle = CaBundle(pem=certificate())
    tracking = replace(PROD.tracking, host="mlflow.mlops.internal", certificate_arn=HERE, ca_bundle=bundle)
    budget = replace(PROD.budget, email="ops@airline.aero")
    assert replace(PROD, tracking=tracking, budget=budget).tracking.ca_bundle == bundle


def test_a_bundle_without_a_certificate_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^tracking.ca_bundle: .*allowed is None without tracking.certificate_arn"):
        replace(DEV.tracking, ca_bundle=CaBundle(pem=certificate()))
