"""Reads the published Iceberg tables of a state folder without Spark."""

import json
from pathlib import Path

import pandas as pd
from pyiceberg.table import StaticTable

from common.paths import StatePaths
from local.services import s3

#: Columns that differ between runs: when and by which run a row was written.
VOLATILE = {"write_time", "api_invocation_time", "scored_at", "run_id", "model_version"}


def published(state: Path) -> dict[str, pd.DataFrame]:
    """Return the sorted rows of each catalog table by `database.table`, without the columns in VOLATILE."""
    paths = StatePaths(state)
    store, process = s3.start(paths, stop_with_parent=True)
    try:
        s3.wait(store, process, paths)
        properties = {
            "s3.endpoint": store.endpoint,
            "s3.access-key-id": s3.ACCESS_KEY,
            "s3.secret-access-key": s3.SECRET_KEY,
            "s3.region": "us-east-1",
        }
        found = {}
        for path in sorted((paths.catalog / "tables").glob("*/[!.]*.json")):
            location = json.loads(path.read_text())["TableInput"]["Parameters"]["metadata_location"]
            frame = StaticTable.from_metadata(location, properties).scan().to_pandas()
            kept = frame[[name for name in frame.columns if name not in VOLATILE]]
            found[f"{path.parent.name}.{path.stem}"] = kept.sort_values(list(kept.columns)).reset_index(drop=True)
        return found
    finally:
        process.stop()
