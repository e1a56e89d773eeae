"""The root certificates of RDS that MLflow's image contains."""

import re
import ssl
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from infra.config.regions import REGIONS

BUNDLE = Path(__file__).parents[3] / "infra" / "tracking" / "image" / "rds-ca.pem"
ENTRY = re.compile(r"# ([^\n]+), SHA-256 ([0-9a-f]{64})\n(-----BEGIN.+?END CERTIFICATE-----\n)", re.DOTALL)
NAME = re.compile(r"Amazon RDS (\S+) Root CA (RSA2048|RSA4096|ECC384) G1")


@pytest.fixture(scope="module")
def entries() -> list[tuple[str, str, x509.Certificate]]:
    """Comment, fingerprint and certificate of each entry; nothing stands between them."""
    text = BUNDLE.read_text()
    assert ENTRY.sub("", text) == ""
    return [(name, digest, x509.load_pem_x509_certificate(pem.encode())) for name, digest, pem in ENTRY.findall(text)]


def test_every_supported_region_has_its_three_roots_and_no_other_is_trusted(
    entries: list[tuple[str, str, x509.Certificate]],
) -> None:
    found = defaultdict(list)
    for name, _, _ in entries:
        match = NAME.fullmatch(name)
        assert match, name
        found[match[1]].append(match[2])
    assert found == {region: ["ECC384", "RSA2048", "RSA4096"] for region in REGIONS}


def test_comments_are_true_and_every_certificate_is_a_root_of_rds(
    entries: list[tuple[str, str, x509.Certificate]],
) -> None:
    for name, digest, certificate in entries:
        assert certificate.fingerprint(hashes.SHA256()).hex() == digest
        subject = {item.oid: item.value for item in certificate.subject}
        assert subject[NameOID.COMMON_NAME] == name
        assert subject[NameOID.ORGANIZATION_NAME] == "Amazon Web Services, Inc."
        assert subject[NameOID.ORGANIZATIONAL_UNIT_NAME] == "Amazon RDS"
        certificate.verify_directly_issued_by(certificate)
        assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=3650)


def test_openssl_reads_every_certificate(entries: list[tuple[str, str, x509.Certificate]]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(str(BUNDLE))
    assert len(context.get_ca_certs()) == len(entries) == 3 * len(REGIONS)
