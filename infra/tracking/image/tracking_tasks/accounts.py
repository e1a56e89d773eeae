"""The accounts that the platform keeps in MLflow: its administrator, and the one that jobs log with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mlflow.server.auth.permissions import EDIT, RESOURCE_TYPE_EXPERIMENT, RESOURCE_TYPE_REGISTERED_MODEL
from mlflow.server.auth.sqlalchemy_store import SqlAlchemyStore
from mlflow.utils.workspace_utils import DEFAULT_WORKSPACE_NAME

#: Host, port, user, password and TLS come from the PG* variables, which libpq reads itself.
DATABASE_URI = "postgresql+psycopg2:///mlflow"


class Kind(StrEnum):
    """Which account; also the prefix of the variables that hold its name and password."""

    ADMIN = "ADMIN"
    JOBS = "JOBS"


@dataclass(frozen=True)
class Account:
    """A user with a password; `kind` says what it may do."""

    kind: Kind
    name: str
    password: str

    @classmethod
    def from_environment(cls, kind: Kind, environ: Mapping[str, str]) -> "Account":
        """The account whose secret ECS put into the environment."""
        return cls(kind, environ[f"{kind}_USERNAME"], environ[f"{kind}_PASSWORD"])


def open_store() -> SqlAlchemyStore:
    """MLflow's store of users, its schema made or upgraded."""
    store = SqlAlchemyStore()
    store.init_db(DATABASE_URI)  # type: ignore[no-untyped-call]
    return store


def ensure(store: SqlAlchemyStore, account: Account) -> None:
    """Create the account unless it exists, and let jobs edit what others made, never delete it."""
    if not store.has_user(account.name):
        store.create_user(account.name, account.password, is_admin=account.kind is Kind.ADMIN)
    if account.kind is Kind.JOBS:
        role, user = _jobs_role(store), store.get_user(account.name)
        if role not in {each.id for each in store.list_user_roles(user.id)}:
            store.assign_role_to_user(user.id, role)


def set_password(store: SqlAlchemyStore, account: Account) -> None:
    """Give the account this password; raises ValueError when MLflow then still refuses it."""
    ensure(store, account)
    store.update_user(account.name, password=account.password)
    if not store.authenticate_user(account.name, account.password):
        raise ValueError(f"account {account.name}: MLflow refuses the password it was just given")


def _jobs_role(store: SqlAlchemyStore) -> int:
    """The role of jobs, made when it does not exist.

    Jobs change users when their secret rotates, so what one of them created the other must be able to go on with.
    """
    name = Kind.JOBS.lower()
    found = [role.id for role in store.list_roles([DEFAULT_WORKSPACE_NAME]) if role.name == name]
    role = found[0] if found else store.create_role(name, DEFAULT_WORKSPACE_NAME).id
    granted = {permission.resource_type for permission in store.list_role_permissions(role)}
    for resource in {RESOURCE_TYPE_EXPERIMENT, RESOURCE_TYPE_REGISTERED_MODEL} - granted:
        store.add_role_permission(role, resource, "*", EDIT.name)
    return int(role)
