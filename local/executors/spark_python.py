"""The Python interpreter of local Spark steps: it can import the standard library and PySpark, as on EMR's nodes.

A job that imports any other package fails on the local platform as it would on a cluster.
"""

import venv
from importlib.util import find_spec
from pathlib import Path

#: PySpark and what it imports itself.
_PACKAGES = ("pyspark", "py4j")


def spark_python(folder: Path) -> Path:
    """Create the interpreter in a new folder and return the path of its executable."""
    venv.EnvBuilder(symlinks=True).create(folder)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    for name in _PACKAGES:
        (site_packages / name).symlink_to(_installed(name))
    return folder / "bin" / "python"


def spark_home() -> Path:
    """The folder of Spark's jars: without it, PySpark uses the link, whose path no class archive was recorded with."""
    return _installed("pyspark")


def _installed(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"package {name} is not installed in this environment; run `make setup`")
    return Path(spec.origin).parent
