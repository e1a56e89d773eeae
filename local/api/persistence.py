"""Keep the Glue catalog and the SageMaker model registry of the emulated services across restarts.

Roles, buckets and feature groups are created from the templates at every start. The last definition of each database
and table is stored in a file of its own before the request is answered, so an acknowledged Iceberg commit survives a
crash. Registry writes are stored in order and replayed, which assigns the same model package versions again.
"""

import json
import threading
from collections.abc import Callable, Collection
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
    "CreateModelPackageGroup",
    "CreateModelPackage",
    "UpdateModelPackage",
}


class DurableState:
    """The stored state of catalog and registry in one folder."""

    def __init__(self, folder: Path) -> None:
        self._tables = folder / "tables"
        self._registry = folder / "registry.jsonl"
        self._lock = threading.Lock()

    def record(self, service: str, operation: str, request: dict[str, Any]) -> None:
        """Store a write that the emulated service has accepted; other operations are ignored."""
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
        elif service == "sagemaker":
            with self._lock:
                self._record_registry(operation, request)

    def _record_registry(self, operation: str, request: dict[str, Any]) -> None:
        if operation == "DeleteModel":
            # Nothing else refers to a model, so its creation need not be repeated either.
            name = request["ModelName"]
            self._keep(lambda entry: entry["operation"] != "CreateModel" or entry["request"]["ModelName"] != name)
        elif operation in _REGISTRY_WRITES:
            line = json.dumps({"operation": operation, "request": request}, sort_keys=True)
            # Provisioning creates the groups at every start; one line for each group is enough.
            if operation != "CreateModelPackageGroup" or line not in self._lines():
                with self._registry.open("a") as file:
                    file.write(line + "\n")

    def tables(self) -> list[dict[str, Any]]:
        """Return the request that creates each stored table, ordered by database and name."""
        return [json.loads(path.read_text()) for path in sorted(self._tables.glob("*/[!.]*.json"))]

    def restore(self, send: Send) -> None:
        """Repeat the stored writes in the emulated services."""
        for path in sorted(self._tables.glob(f"*/{_DATABASE}")):
            send("AWSGlue.CreateDatabase", json.loads(path.read_text()))
        for table in self.tables():
            send("AWSGlue.CreateTable", table)
        for line in self._lines():
            if line.endswith("}"):  # a crash can truncate the last line, which was not acknowledged then
                entry = json.loads(line)
                send(f"SageMaker.{entry['operation']}", entry["request"])

    def forget(self, tables: Collection[tuple[str, str]], belongs: Callable[[dict[str, Any]], bool]) -> int:
        """Remove tables by database and name, and the registry writes whose request `belongs`; returns the latter."""
        for database, table in tables:
            self._path(database, table).unlink(missing_ok=True)
        return self._keep(
            lambda entry: entry["operation"] == "CreateModelPackageGroup" or not belongs(entry["request"])
        )

    def _keep(self, is_kept: Callable[[dict[str, Any]], bool]) -> int:
        """Keep some of the registry writes and return the number of the others."""
        lines = self._lines()
        # A crash can truncate the last line, which was not acknowledged then.
        kept = [line for line in lines if line.endswith("}") and is_kept(json.loads(line))]
        if lines:
            write_atomically(self._registry, "".join(f"{line}\n" for line in kept))
        return len(lines) - len(kept)

    def _lines(self) -> list[str]:
        return self._registry.read_text().splitlines() if self._registry.exists() else []

    def _path(self, database: str, table: str) -> Path:
        return self._tables / database / f"{table}.json"
