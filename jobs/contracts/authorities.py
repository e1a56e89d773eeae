"""Private certificate authorities: where jobs find their certificates, and the variables that name them for clients.

The file is shipped with this package, in environments that have a private authority. Clients trust it in addition to
the public authorities: one variable serves many clients, and botocore reads it too (`_get_verify_value` in
botocore/endpoint.py 1.44.5), so a file with private authorities alone would make every call to AWS fail.
"""

import importlib
import ssl
import tempfile
from collections.abc import MutableMapping
from importlib.resources import files
from pathlib import Path

from jobs.contracts.tables import ContractError

#: The file beside this module.
BUNDLE = "ca-bundle.pem"

#: The variables of requests, and with it MLflow and botocore, and of Python's module ssl, and with it urllib.
VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


def trust_private_authorities(environ: MutableMapping[str, str]) -> None:
    """Make clients trust the shipped authorities and all that they trust already; do nothing without a shipped file.

    Raises ContractError if there is no file of public authorities to add them to.
    """
    shipped = files("jobs.contracts") / BUNDLE
    if not shipped.is_file():
        return
    private, trusted = shipped.read_bytes(), _trusted(environ)
    if private in trusted:
        return
    path = Path(tempfile.mkdtemp()) / BUNDLE
    path.write_bytes(trusted + b"\n" + private)
    environ.update(dict.fromkeys(VARIABLES, str(path)))


def _trusted(environ: MutableMapping[str, str]) -> bytes:
    """The certificates of the authorities that clients trust by these variables or by default."""
    named = [environ[variable] for variable in VARIABLES if environ.get(variable)]
    return b"\n".join(Path(path).read_bytes() for path in dict.fromkeys(named or [_default()]))


def _default() -> str:
    try:
        # The certificates of requests; present wherever requests is, which is not everywhere.
        return str(importlib.import_module("certifi").where())
    except ModuleNotFoundError:
        path = ssl.get_default_verify_paths().cafile
    if not path:
        raise ContractError(
            "no public certificate authorities found; install certifi, or name their file in SSL_CERT_FILE"
        )
    return path
