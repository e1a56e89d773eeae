"""Create or upgrade MLflow's tables and accounts before tasks of a new release start; idempotent.

MLflow starts only with the schema of its own version and cannot downgrade it. After a rollback the schema is newer
than the release; the migration then changes nothing, so that the rollback of the stack can complete.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow.server.auth.db
import mlflow.store.db_migrations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from mlflow.db import upgrade
from sqlalchemy import Engine, create_engine, text

from .accounts import DATABASE_URI, Account, Kind, ensure, open_store

#: Alembic's version tables, and the folders with the revisions of this MLflow version.
_SCHEMAS = {
    "alembic_version": Path(mlflow.store.db_migrations.__file__).parent,
    "alembic_version_auth": Path(mlflow.server.auth.db.__file__).parent / "migrations",
}
_LOCK = 20_260_818


def main() -> None:
    """Upgrade both schemas and create the accounts whose secrets are in the environment."""
    with exclusively() as engine:
        unknown = unknown_revisions(engine)
        if unknown:
            print(f"nothing migrated: the database has revisions of a newer MLflow: {unknown}")
            return
        upgrade.main([DATABASE_URI], standalone_mode=False)
        store = open_store()
        for kind in Kind:
            ensure(store, Account.from_environment(kind, os.environ))
    print("schema and accounts are up to date")


def unknown_revisions(engine: Engine) -> dict[str, str]:
    """The revisions of the database, by version table, that this MLflow version does not have."""
    unknown = {}
    with engine.connect() as connection:
        for table, folder in _SCHEMAS.items():
            context = MigrationContext.configure(connection, opts={"version_table": table})
            revision = context.get_current_revision()
            known = {script.revision for script in ScriptDirectory(str(folder)).walk_revisions()}
            if revision is not None and revision not in known:
                unknown[table] = revision
    return unknown


@contextmanager
def exclusively() -> Iterator[Engine]:
    """Hold an advisory lock, so that two tasks never change schema or accounts at the same time."""
    engine = create_engine(DATABASE_URI)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            yield engine
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
