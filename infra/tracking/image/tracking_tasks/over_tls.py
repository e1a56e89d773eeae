"""Run an MLflow server that accepts TLS only, with a self-signed certificate generated at start.

The load balancer does not validate certificates of targets (Elastic Load Balancing user guide, target groups, read
2026-11-24), so a self-signed certificate encrypts the connection as well as one of a certificate authority.
"""

import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

#: Longer than any task runs; every task generates a new certificate.
_VALID = timedelta(days=3650)


def main() -> None:
    """Replace this process by the command in the arguments; its last argument, uvicorn's options, gets a new key."""
    key, certificate = write_certificate(Path(tempfile.mkdtemp()))
    *command, options = sys.argv[1:]
    command.append(f"{options} --ssl-keyfile {key} --ssl-certfile {certificate}")
    os.execvp(command[0], command)  # noqa: S606 - the task definition's own command


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a private key and a self-signed certificate that only this user can read; returns their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mlflow-task")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _VALID)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    paths = folder / "key.pem", folder / "certificate.pem"
    for path, content in zip(paths, (private, certificate.public_bytes(serialization.Encoding.PEM)), strict=True):
        path.touch(mode=0o600)
        path.write_bytes(content)
    return paths


if __name__ == "__main__":
    main()
