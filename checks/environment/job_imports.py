"""Check that the archive of Spark jobs imports nothing that an engine may lack.

No engine installs packages for a job. What all of them have is the standard library and PySpark: Glue 5 and SageMaker's
image also contain boto3, and the Python 3.11 of EMR and EMR Serverless does not (EMR release guide, "Application
versions"; EMR management guide, which installs packages by bootstrap actions; both read 2026-11-29).
"""

import ast
import sys
from collections.abc import Collection, Iterator

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding

_RULE = "job-import"
RULES = (_RULE,)
#: Packages that every engine's interpreter of jobs has; PySpark itself imports Py4J.
_PROVIDED = frozenset({*sys.stdlib_module_names, "pyspark", "py4j"})
#: Parts of PySpark that import NumPy or pandas, which PySpark does not bring along.
_INCOMPLETE = ("pyspark.ml", "pyspark.mllib", "pyspark.pandas")
_PACKAGE = "jobs"


def import_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield each import of the archive of Spark jobs that is neither provided by every engine nor part of it."""
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in assembly.job_code}
    packages = {module.rpartition(".")[0] for module in modules}
    for path, text in sorted(assembly.job_code.items()):
        for name in sorted(set(_imported(ast.parse(text), packages))):
            if not _is_available(name, {*modules, *packages}):
                yield Finding(ASSEMBLY, _RULE, f"{path}/{name}", _advice(name))


def _advice(name: str) -> str:
    return (
        f"not every engine can import {name}; allowed are the standard library, pyspark without {list(_INCOMPLETE)} "
        "and modules of the archive, and jobs/spark/objects.py writes objects to S3 without an SDK"
    )


def _imported(module: ast.Module, packages: Collection[str]) -> Iterator[str]:
    """Yield the names of imported modules, also those that a function imports when it is called."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = f"{'.' * node.level}{node.module or ''}"
            yield from (f"{name}.{alias.name}" for alias in node.names) if name in packages else (name,)


def _is_available(name: str, shipped: Collection[str]) -> bool:
    top = name.partition(".")[0]
    return name in shipped if top == _PACKAGE else top in _PROVIDED and not name.startswith(_INCOMPLETE)
