"""The platform's accounts in MLflow: the administrator and the accounts of jobs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mlflow.server.auth.permissions import EDIT, RESOURCE_TYPE_EXPERIMENT, RESOURCE_TYPE_REGISTERED_MODEL
from mlflow.server.auth.sqlalchemy_store import SqlAlchemyStore
from mlflow.utils.workspace_utils import DEFAULT_WORKSPACE_NAME

#: Host, port, user, password and TLS come from the PG* variables, which libpq reads itself.
DATABASE_URI = "postgresql+psycopg2:///mlflow"


class Kind(StrEnum):
    """The type of an account; also the prefix of the environment variables with its name and password."""

    ADMIN = "ADMIN"
    JOBS = "JOBS"


@dataclass(frozen=True)
class Account:
    """A user with a password; `kind` determines its permissions."""

    kind: Kind
    name: str
    password: str

    @classmethod
    def from_environment(cls, kind: Kind, environ: Mapping[str, str]) -> "Account":
        """The account from the environment variables that ECS sets from its secret."""
        return cls(kind, environ[f"{kind}_USERNAME"], environ[f"{kind}_PASSWORD"])


def open_store() -> SqlAlchemyStore:
    """MLflow's store of users, with its schema created or upgraded."""
    store = SqlAlchemyStore()
    store.init_db(DATABASE_URI)  # type: ignore[no-untyped-call]
    return store


def ensure(store: SqlAlchemyStore, account: Account) -> None:
    """Create the account unless it exists; accounts of jobs may edit what other accounts created but not delete it."""
    if not store.has_user(account.name):
        store.create_user(account.name, account.password, is_admin=account.kind is Kind.ADMIN)
    if account.kind is Kind.JOBS:
        role, user = _jobs_role(store), store.get_user(account.name)
        if role not in {each.id for each in store.list_user_roles(user.id)}:
            store.assign_role_to_user(user.id, role)


def set_password(store: SqlAlchemyStore, account: Account) -> None:
    """Set the password of the account; raises ValueError if MLflow does not accept it afterwards."""
    ensure(store, account)
    store.update_user(account.name, password=account.password)
    if not store.authenticate_user(account.name, account.password):
        raise ValueError(f"account {account.name}: MLflow rejects the password that was just set")


def _jobs_role(store: SqlAlchemyStore) -> int:
    """The id of the role of jobs, which is created if it does not exist.

    The rotation of the jobs' secret alternates between two users, and each must be able to edit what the other created.
    """
    name = Kind.JOBS.lower()
    existing = [role.id for role in store.list_roles([DEFAULT_WORKSPACE_NAME]) if role.name == name]
    role = existing[0] if existing else store.create_role(name, DEFAULT_WORKSPACE_NAME).id
    granted = {permission.resource_type for permission in store.list_role_permissions(role)}
    for resource in {RESOURCE_TYPE_EXPERIMENT, RESOURCE_TYPE_REGISTERED_MODEL} - granted:
        store.add_role_permission(role, resource, "*", EDIT.name)
    return int(role)
