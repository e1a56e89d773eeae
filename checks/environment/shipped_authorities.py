"""Private certificate authorities: every client of the platform's endpoints gets them with its code."""

import re
from collections.abc import Iterator

from checks.assembly import ASSEMBLY, STARTUP_SCRIPT, Assembly
from checks.finding import Finding
from jobs.contracts.authorities import BUNDLE, VARIABLES

AUTHORITY = "PrivateAuthority"
RULES = (AUTHORITY,)

_CODE = "jobs/contracts"


def authority_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield the clients that would reject MLflow's certificate although its authority is configured."""
    bundle = assembly.config.tracking.ca_bundle
    if bundle is None:
        return
    for name, text in assembly.shipped.items():
        if bundle.pem not in text:
            yield _finding(name, f"ship {BUNDLE}: without it, clients reject MLflow's certificate")
    for image in assembly.images.values():
        is_copied = re.search(rf"^COPY {_CODE}/? ", image.dockerfile, re.MULTILINE)
        if image.name in assembly.shipped and not is_copied:
            yield _finding(image.name, f"copy {_CODE} into the image, with the {BUNDLE} in it")
    script = assembly.shipped.get(STARTUP_SCRIPT, "")
    for variable in VARIABLES:
        if f"export {variable}=" not in script:
            yield _finding(STARTUP_SCRIPT, f"export {variable} with the combined authorities")


def _finding(name: str, what: str) -> Finding:
    return Finding(ASSEMBLY, AUTHORITY, name, what)
