"""Run an MLflow server that speaks TLS only, with a key nobody else ever held.

The load balancer does not check who answers (Elastic Load Balancing user guide, target groups, read 2026-11-24), so a
certificate of the task's own making encrypts its hop as well as a bought one would.
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

#: Longer than any task runs: a new task makes a new certificate.
_VALID = timedelta(days=3650)


def main() -> None:
    """Become the command given as arguments, with options for a fresh key and certificate added."""
    key, certificate = write_certificate(Path(tempfile.mkdtemp()))
    command = [*sys.argv[1:], "--uvicorn-opts", f"--ssl-keyfile {key} --ssl-certfile {certificate}"]
    os.execvp(command[0], command)  # noqa: S606 - the task definition's own command


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a key and a certificate it signed itself, readable by this user only."""
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
