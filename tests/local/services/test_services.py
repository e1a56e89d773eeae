"""Each server starts with the options of its command; a wrong option would otherwise only show in a whole run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.paths import StatePaths
from common.processes import stop_recorded
from local.services import mlflow, postgres, s3


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StatePaths]:
    """Return a state folder; all servers that were started in it are stopped after the module."""
    paths = StatePaths(tmp_path_factory.mktemp("state"))
    yield paths
    stop_recorded(paths.run)


@pytest.fixture(scope="module")
def database(paths: StatePaths) -> postgres.Database:
    """Return the address of a PostgreSQL server that accepts connections."""
    database, process = postgres.start(paths, stop_with_parent=True)
    postgres.wait(database, process, paths)
    return database


def test_postgresql_accepts_connections_and_creates_a_database_once(database: postgres.Database) -> None:
    database.ensure("experiments")
    database.ensure("experiments")

    assert database.uri("experiments").endswith(f"@127.0.0.1:{database.port}/experiments")


def test_s3_stores_an_object(paths: StatePaths) -> None:
    store, process = s3.start(paths, stop_with_parent=True)
    s3.wait(store, process, paths)
    store.client.create_bucket(Bucket="lake")

    store.client.put_object(Bucket="lake", Key="a/b", Body=b"content")

    assert store.client.get_object(Bucket="lake", Key="a/b")["Body"].read() == b"content"
    # Outside of the state folder, they would remain after a crash, and another user could not replace them.
    assert {path.name for path in paths.run.glob("*.sock")} == {"filer.sock", "s3.sock"}
    assert not Path(f"/tmp/seaweedfs-s3-{store.port}.sock").exists()


def test_mlflow_becomes_healthy_on_a_new_database(
    paths: StatePaths, database: postgres.Database, tmp_path: Path
) -> None:
    server, process = mlflow.start(
        paths, {}, database=database, artifacts=tmp_path.as_uri(), port=0, stop_with_parent=True
    )
    mlflow.wait(server, process, paths)

    assert mlflow.healthy(server)
