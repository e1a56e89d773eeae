"""Settings of permissions boundary, data lake, shared model registry and delivery."""

from dataclasses import dataclass
from typing import Literal

from infra.config.validation import require, require_between, require_match, require_one_of
from jobs.contracts.settings import APPROVALS, AUTOMATIC

ObjectLockMode = Literal["governance", "compliance"]
OBJECT_LOCK_MODES = ("compliance", "governance")

_ACCOUNT = r"\d{12}"
_ROLE = r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]{1,512}"


@dataclass(frozen=True, kw_only=True)
class SecurityConfig:
    """Security settings; `permissions_boundary` names a managed policy of the account for every role."""

    permissions_boundary: str | None = None

    def __post_init__(self) -> None:
        if self.permissions_boundary is not None:
            name = self.permissions_boundary
            require_match("security.permissions_boundary", name, r"[\w+=,.@-]{1,128}", "platform-boundary")


@dataclass(frozen=True, kw_only=True)
class LakeConfig:
    """Options of the lake.

    `online_store` enables the online store of feature groups that declare one. `lake_formation` lets Lake Formation
    grant tables and columns, without the columns that contracts mark sensitive; `readers` are roles of people who query
    tables under it. `object_lock_days` protects landed files from deletion for that time. `scan_limit_gb` cancels an
    Athena query that reads more. `infrequent_days` is the age at which objects move to Intelligent-Tiering.
    `snapshot_days` is the retention of Iceberg snapshots: a week at least, because a run, its retries and tasks cleared
    days later read the snapshots with which it began. `encrypt_catalog` encrypts the account's Glue catalog with the
    lake's key. `backup_days` is the retention of daily backups of data that cannot be computed again.
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
        require_between("lake.snapshot_days", self.snapshot_days, 7, 3650)
        if self.backup_days is not None:
            require_between("lake.backup_days", self.backup_days, 1, 36500)
        for reader in self.readers:
            require_match("lake.readers", reader, _ROLE, "arn:aws:iam::111111111111:role/analyst")
        is_governed = self.lake_formation or not self.readers
        allowed = "an empty tuple unless lake.lake_formation is True: only Lake Formation grants tables to readers"
        require(is_governed, "lake.readers", self.readers, allowed)


@dataclass(frozen=True, kw_only=True)
class RegistryConfig:
    """The shared model registry: `consumers` are the accounts that may read this environment's registry.

    `approval` says who approves a model that is better than the champion: the training DAG (`automatic`), or a person
    (`manual`). `account` is the account whose registry this environment reads, None for its own; `environment` is the
    name of the platform's environment in that account.
    """

    account: str | None = None
    environment: str = "prod"
    consumers: tuple[str, ...] = ()
    approval: str = AUTOMATIC

    def __post_init__(self) -> None:
        for account in (*self.consumers, *((self.account,) if self.account else ())):
            require_match("registry", account, _ACCOUNT, "111111111111")
        is_distinct = len(set(self.consumers)) == len(self.consumers)
        require(is_distinct, "registry.consumers", self.consumers, "different accounts")
        require_one_of("registry.approval", self.approval, APPROVALS)


@dataclass(frozen=True, kw_only=True)
class DeliveryConfig:
    """The GitHub repository whose workflows may deploy the environment, and the branch they deploy from.

    An account can have only one OIDC provider for GitHub: set `provider_exists` if it exists already.
    """

    repository: str
    branch: str = "main"
    provider_exists: bool = False

    def __post_init__(self) -> None:
        require_match("delivery.repository", self.repository, r"[\w.-]+/[\w.-]+", "example-org/mlops-platform")
        require_match("delivery.branch", self.branch, r"[\w./-]+", "main")
