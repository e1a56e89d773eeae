"""The certificate of MLflow's load balancer and the certificates of private authorities."""

import re
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from infra.config.validation import ConfigError, require

#: Stands for the certificate of an environment that is synthesized but not deployed.
PLACEHOLDER = "certificate/00000000-0000-0000-0000-000000000000"

_ARN, _BUNDLE = "tracking.certificate_arn", "tracking.ca_bundle"
_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

#: About forty authorities. Every container reads the file; one of this size is the public roots by mistake.
_LARGEST = 64 * 1024


def require_certificate(arn: str, *, region: str, account: str) -> None:
    """Raise ConfigError unless the ARN names an ACM certificate of the region and account.

    Elastic Load Balancing takes certificates of its own region and account only.
    """
    here = f"arn:aws:acm:{region}:{account}:certificate/"
    allowed = f"an ARN {here}<id> of AWS Certificate Manager, where `aws acm list-certificates` lists it"
    require(re.fullmatch(rf"arn:[^:]+:acm:[^:]+:\d{{12}}:certificate/{_ID}", arn) is not None, _ARN, arn, allowed)
    partition, _, in_region, in_account = arn.split(":")[1:5]
    require(partition == "aws", _ARN, arn, f"a certificate of the partition aws, {here}<id>")
    require(in_region == region, _ARN, arn, f"a certificate of the region {region}; request or import it there")
    require(in_account == account, _ARN, arn, f"a certificate of the account {account}; request or import it there")


@dataclass(frozen=True, kw_only=True)
class CaBundle:
    """Certificates of private authorities as PEM text; every client trusts them in addition to the public ones."""

    pem: str

    def __post_init__(self) -> None:
        received = f"{len(self.pem)} characters"
        require("PRIVATE KEY" not in self.pem, _BUNDLE, "a private key", "certificates only; remove the key")
        require(len(self.pem) <= _LARGEST, _BUNDLE, received, f"at most {_LARGEST}; name the private authorities only")
        blocks = _BLOCK.findall(self.pem)
        allowed = "PEM text with at least one BEGIN CERTIFICATE; convert DER with `openssl x509 -inform der`"
        require(bool(blocks), _BUNDLE, received, allowed)
        allowed = "certificates only, one after the other, as CaBundle.read returns them"
        require(self.pem == _joined(blocks), _BUNDLE, "other text between certificates", allowed)
        for number, block in enumerate(blocks, 1):
            _require_authority(f"{_BUNDLE}, certificate {number} of {len(blocks)}", block)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The certificates in a PEM file, without the text around them."""
        allowed = "a readable file with the PEM certificates of private authorities"
        try:
            text = path.read_text(encoding="ascii", errors="replace")
        except OSError as error:
            raise ConfigError(f"{_BUNDLE}: received {str(path)!r} ({error.strerror}); allowed is {allowed}") from error
        if "PRIVATE KEY" in text:
            return cls(pem=text)
        blocks = _BLOCK.findall(text)
        return cls(pem=_joined(blocks) if blocks else text)


def _joined(blocks: Sequence[str]) -> str:
    return "".join(f"{block}\n" for block in blocks)


def _require_authority(setting: str, block: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=block)
    except (ssl.SSLError, ValueError) as error:
        allowed = "a complete X.509 certificate; export it again"
        raise ConfigError(f"{setting}: received text that is not one ({error}); allowed is {allowed}") from error
    # Python lists only certificates that may issue others, of X.509 version 3 and of older versions.
    authorities = context.get_ca_certs()
    allowed = "the certificate of an authority (CA:TRUE), not that of a host; take the issuer's certificate"
    is_authority = len(authorities) == 1 and str(authorities[0]["version"]) == "3"
    require(is_authority, setting, "one that may not issue others", allowed)
    start, end = (str(authorities[0][name]) for name in ("notBefore", "notAfter"))
    now = time.time()
    require(ssl.cert_time_to_seconds(end) > now, setting, f"expired on {end}", "a valid certificate; replace it")
    require(ssl.cert_time_to_seconds(start) <= now, setting, f"valid from {start}", "one that is valid already")
