"""What the emulated services must remember across restarts: Glue tables, models and model packages.

Roles, buckets and feature groups come from the templates at every start. Databases and tables are kept as their
last definition, one file each, written before the request is answered; so an Iceberg commit that was
acknowledged survives a crash. Registry writes are replayed in order, which gives the same versions again.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common.files import write_atomically

#: `send(target, request)` performs an operation of an emulated service and returns its response.
Send = Callable[[str, dict[str, Any]], dict[str, Any]]

_DATABASE = ".database.json"
_TABLE_WRITES = {"CreateTable", "UpdateTable"}
_DATABASE_WRITES = {"CreateDatabase", "UpdateDatabase"}
_REGISTRY_WRITES = {
    "CreateModel",
    "DeleteModel",
    "CreateModelPackageGroup",
    "CreateModelPackage",
    "UpdateModelPackage",
}


class DurableState:
    """The catalog and the registry below one folder."""

    def __init__(self, folder: Path) -> None:
        self._tables = folder / "tables"
        self._registry = folder / "registry.jsonl"

    def record(self, service: str, operation: str, request: dict[str, Any]) -> None:
        """Remember a write that the emulated service has accepted."""
        if service == "glue" and operation in _TABLE_WRITES:
            path = self._path(request["DatabaseName"], request["TableInput"]["Name"])
            document = {key: request[key] for key in ("DatabaseName", "TableInput")}
            write_atomically(path, json.dumps(document))
        elif service == "glue" and operation in _DATABASE_WRITES:
            definition = request["DatabaseInput"]
            path = self._tables / definition["Name"] / _DATABASE
            write_atomically(path, json.dumps({"DatabaseInput": definition}))
        elif service == "glue" and operation == "DeleteTable":
            self._path(request["DatabaseName"], request["Name"]).unlink(missing_ok=True)
        elif service == "sagemaker" and operation in _REGISTRY_WRITES:
            line = json.dumps({"operation": operation, "request": request}, sort_keys=True)
            # Groups are asked for at every start; one line for each is enough.
            if operation != "CreateModelPackageGroup" or line not in self._lines():
                with self._registry.open("a") as file:
                    file.write(line + "\n")

    def restore(self, send: Send) -> None:
        """Give the emulated services back what they had accepted."""
        for path in sorted(self._tables.glob(f"*/{_DATABASE}")):
            send("AWSGlue.CreateDatabase", json.loads(path.read_text()))
        for path in sorted(self._tables.glob("*/[!.]*.json")):
            send("AWSGlue.CreateTable", json.loads(path.read_text()))
        for line in self._lines():
            if line.endswith("}"):  # a crash can cut the last line, which was then never acknowledged
                entry = json.loads(line)
                send(f"SageMaker.{entry['operation']}", entry["request"])

    def _lines(self) -> list[str]:
        return self._registry.read_text().splitlines() if self._registry.exists() else []

    def _path(self, database: str, table: str) -> Path:
        return self._tables / database / f"{table}.json"
