"""Settings of who may do what, across accounts: boundary, data permissions, shared registry, delivery."""

from dataclasses import dataclass
from typing import Literal

from infra.config.validation import require, require_between, require_match, require_one_of

ObjectLockMode = Literal["governance", "compliance"]
OBJECT_LOCK_MODES = ("compliance", "governance")

_ACCOUNT = r"\d{12}"
_ROLE = r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]{1,512}"


@dataclass(frozen=True, kw_only=True)
class SecurityConfig:
    """What an account's owner demands of every role: `permissions_boundary` is the name of a managed policy there."""

    permissions_boundary: str | None = None

    def __post_init__(self) -> None:
        if self.permissions_boundary is not None:
            name = self.permissions_boundary
            require_match("security.permissions_boundary", name, r"[\w+=,.@-]{1,128}", "platform-boundary")


@dataclass(frozen=True, kw_only=True)
class LakeConfig:
    """Options of the lake.

    `online_store` serves feature groups that ask for it online; `lake_formation` makes it grant tables and columns,
    and withhold what contracts mark sensitive; `object_lock_days` makes landed files undeletable that long;
    `scan_limit_gb` ends an Athena query that reads more; `infrequent_days` is when objects move to intelligent
    tiering; `snapshot_days` is how long a table can be read as it was; `encrypt_catalog` encrypts the account's Glue
    catalog with the lake's key; `readers` are the roles of people who query tables under Lake Formation;
    `backup_days` is how long daily backups of what cannot be computed again are kept.
    """

    online_store: bool = True
    lake_formation: bool = False
    object_lock_days: int | None = None
    object_lock_mode: ObjectLockMode = "governance"
    scan_limit_gb: int = 1024
    infrequent_days: int = 30
    snapshot_days: int = 90
    encrypt_catalog: bool = False
    readers: tuple[str, ...] = ()
    backup_days: int | None = None

    def __post_init__(self) -> None:
        if self.object_lock_days is not None:
            require_between("lake.object_lock_days", self.object_lock_days, 1, 36500)
        require_one_of("lake.object_lock_mode", self.object_lock_mode, OBJECT_LOCK_MODES)
        require_between("lake.scan_limit_gb", self.scan_limit_gb, 1, 7168)
        require_between("lake.infrequent_days", self.infrequent_days, 0, 3650)
        require_between("lake.snapshot_days", self.snapshot_days, 1, 3650)
        if self.backup_days is not None:
            require_between("lake.backup_days", self.backup_days, 1, 36500)
        for reader in self.readers:
            require_match("lake.readers", reader, _ROLE, "arn:aws:iam::111111111111:role/analyst")
        is_governed = self.lake_formation or not self.readers
        allowed = "none unless lake.lake_formation is on: nothing else grants them tables"
        require(is_governed, "lake.readers", self.readers, allowed)


@dataclass(frozen=True, kw_only=True)
class RegistryConfig:
    """Where approved models are shared: `consumers` are the accounts that read this environment's registry.

    `account` is the account whose registry this environment reads, None for its own; `environment` is the platform's
    there.
    """

    account: str | None = None
    environment: str = "prod"
    consumers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for account in (*self.consumers, *((self.account,) if self.account else ())):
            require_match("registry", account, _ACCOUNT, "111111111111")
        is_distinct = len(set(self.consumers)) == len(self.consumers)
        require(is_distinct, "registry.consumers", self.consumers, "different accounts")


@dataclass(frozen=True, kw_only=True)
class DeliveryConfig:
    """The repository whose workflows may deploy here, and the branch they deploy from; no key is stored anywhere.

    An account has one provider of GitHub's identities: `provider_exists` says that somebody else made it.
    """

    repository: str
    branch: str = "main"
    provider_exists: bool = False

    def __post_init__(self) -> None:
        require_match("delivery.repository", self.repository, r"[\w.-]+/[\w.-]+", "example-org/mlops-platform")
        require_match("delivery.branch", self.branch, r"[\w./-]+", "main")
