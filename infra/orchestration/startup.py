"""The startup script of MWAA, which makes every component trust the environment's private authorities."""

from pathlib import Path

from infra.config.certificates import CaBundle
from jobs.contracts.authorities import BUNDLE, VARIABLES

_SCRIPT = Path(__file__).with_name("startup.sh")

#: A container starts before its DAG folder arrives, so the script contains the certificates, which are public.
_TRUST = """
# Private certificate authorities, in addition to the public ones, which the calls to AWS need.
bundle="$(mktemp -d)/{name}"
cat "$(python3 -m certifi)" - > "$bundle" <<'CERTIFICATES'
{pem}CERTIFICATES
{exports}
"""


def startup_script(ca_bundle: CaBundle | None) -> str:
    """The script of an environment; without private authorities, clients trust the public ones by default."""
    if ca_bundle is None:
        return _SCRIPT.read_text()
    exports = "\n".join(f'export {variable}="$bundle"' for variable in VARIABLES)
    return _SCRIPT.read_text() + _TRUST.format(name=BUNDLE, pem=ca_bundle.pem, exports=exports)
