"""Trust in private authorities, which adds to the trust in public ones."""

import importlib.util
import ssl
import subprocess
import sys
import zipfile
from pathlib import Path

import certifi
import pytest

from jobs.contracts import authorities
from jobs.contracts.authorities import BUNDLE, VARIABLES, trust_private_authorities
from jobs.contracts.tables import ContractError

PRIVATE = b"-----BEGIN CERTIFICATE-----\nprivate\n-----END CERTIFICATE-----\n"


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shipped").mkdir()
    path = tmp_path / "shipped" / BUNDLE
    path.write_bytes(PRIVATE)
    monkeypatch.setattr(authorities, "files", lambda package: path.parent)
    return path


def trusted(environ: dict[str, str]) -> bytes:
    (path,) = {environ[variable] for variable in VARIABLES}
    return Path(path).read_bytes()


def test_without_a_shipped_file_nothing_changes() -> None:
    environ: dict[str, str] = {}
    trust_private_authorities(environ)
    assert environ == {}


@pytest.mark.usefixtures("shipped")
def test_private_authorities_are_added_to_the_public_ones() -> None:
    environ: dict[str, str] = {}
    trust_private_authorities(environ)
    assert trusted(environ) == Path(certifi.where()).read_bytes() + b"\n" + PRIVATE


@pytest.mark.usefixtures("shipped")
def test_what_the_variables_name_already_stays_trusted(tmp_path: Path) -> None:
    named = {variable: tmp_path / variable for variable in VARIABLES}
    for variable, path in named.items():
        path.write_text(variable)
    environ = {variable: str(path) for variable, path in named.items()}
    trust_private_authorities(environ)
    assert trusted(environ) == b"REQUESTS_CA_BUNDLE\nSSL_CERT_FILE\n" + PRIVATE
    before = dict(environ)
    trust_private_authorities(environ)
    assert environ == before


@pytest.mark.usefixtures("shipped")
def test_without_certifi_the_operating_system_knows_the_public_authorities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "system.pem").write_text("system")
    monkeypatch.setitem(sys.modules, "certifi", None)
    paths = ssl.get_default_verify_paths()
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths._replace(cafile=str(tmp_path / "system.pem")))
    environ: dict[str, str] = {}
    trust_private_authorities(environ)
    assert trusted(environ) == b"system\n" + PRIVATE
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths._replace(cafile=""))
    with pytest.raises(ContractError, match="no public certificate authorities found; install certifi"):
        trust_private_authorities({})


def test_the_file_is_found_in_an_archive_of_the_code(tmp_path: Path) -> None:
    specification = importlib.util.find_spec("jobs")
    assert specification is not None
    assert specification.submodule_search_locations
    (root,) = specification.submodule_search_locations
    archive = tmp_path / "code.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for path in [Path(root, "__init__.py"), *Path(root, "contracts").glob("*.py")]:
            opened.write(path, path.relative_to(Path(root).parent))
        opened.writestr(f"jobs/contracts/{BUNDLE}", PRIVATE)
    code = (
        "from jobs.contracts.authorities import trust_private_authorities, VARIABLES; environ = {}; "
        "trust_private_authorities(environ); print(environ[VARIABLES[0]])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(archive)}, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).read_bytes().endswith(PRIVATE)
