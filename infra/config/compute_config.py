"""Settings of Spark on EMR, EMR Serverless and SageMaker."""

from dataclasses import dataclass
from typing import Literal

from infra.config.emr_releases import GRAVITON_FAMILIES, family_of, is_graviton
from infra.config.validation import require, require_between, require_match, require_one_of

ClusterMode = Literal["transient", "persistent"]

_EC2_TYPE = r"[a-z]+\d*[a-z]*\.\d*[a-z]+"
_SAGEMAKER_TYPE = r"ml\.[a-z]+\d+[a-z]*\.\d*[a-z]+"


@dataclass(frozen=True, kw_only=True)
class SparkCluster:
    """A Spark cluster on EMR; one value is rendered as the job flow of a transient and as a persistent cluster.

    Units are instances. Core nodes are on demand because they hold shuffle and HDFS; task nodes are Spot, and those of
    the start fall back to on demand after `spot_wait_minutes`. The cluster scales up to `maximum_units`, of which at
    most `on_demand_units` (by default the core units) are on demand. In a network without egress
    EMR cannot scale it, so it has `fixed_units`. `encrypts_in_transit` requires TLS between nodes with
    certificates that an operator uploads (see docs/decisions/spark.md#emr-security-configuration).
    """

    release: str
    mode: ClusterMode
    primary_types: tuple[str, ...]
    core_types: tuple[str, ...]
    task_types: tuple[str, ...]
    core_units: int
    maximum_units: int
    fixed_units: int
    on_demand_units: int | None = None
    spot_wait_minutes: int = 10
    idle_minutes: int = 20
    volume_gb: int = 64
    encrypts_in_transit: bool = False

    def __post_init__(self) -> None:
        require_one_of("spark.release", self.release, GRAVITON_FAMILIES)
        require_one_of("spark.mode", self.mode, ("persistent", "transient"))
        for role in ("primary_types", "core_types", "task_types"):
            self._require_types(f"spark.{role}", getattr(self, role))
        require_between("spark.core_units", self.core_units, 1, 100)
        require_between("spark.maximum_units", self.maximum_units, self.core_units, 200)
        require_between("spark.fixed_units", self.fixed_units, self.core_units, self.maximum_units)
        if self.on_demand_units is not None:
            require_between("spark.on_demand_units", self.on_demand_units, self.core_units, self.maximum_units)
        require_between("spark.spot_wait_minutes", self.spot_wait_minutes, 5, 1440)
        require_between("spark.idle_minutes", self.idle_minutes, 1, 10080)
        require_between("spark.volume_gb", self.volume_gb, 32, 2048)

    @property
    def first_units(self) -> int:
        """The core and task units with which a cluster starts that scales: one task node, if there may be any."""
        return min(self.core_units + 1, self.maximum_units)

    def _require_types(self, setting: str, types: tuple[str, ...]) -> None:
        # EMR allows at most five types per fleet unless an allocation strategy raises that limit.
        require(1 <= len(types) <= 5 and len(set(types)) == len(types), setting, types, "one to five different types")
        families = GRAVITON_FAMILIES[self.release]
        for instance_type in types:
            require_match(setting, instance_type, _EC2_TYPE, "m7g.xlarge")
            allowed = f"a Graviton family of {self.release}: {sorted(families)}"
            require(family_of(instance_type) in families, setting, instance_type, allowed)


@dataclass(frozen=True, kw_only=True)
class ServerlessSpark:
    """Limits of the EMR Serverless application, which always is arm64."""

    release: str
    maximum_vcpu: int = 32
    maximum_memory_gb: int = 128
    maximum_disk_gb: int = 400
    idle_minutes: int = 15

    def __post_init__(self) -> None:
        require_one_of("serverless.release", self.release, GRAVITON_FAMILIES)
        require_between("serverless.maximum_vcpu", self.maximum_vcpu, 4, 4000)
        require_between("serverless.maximum_memory_gb", self.maximum_memory_gb, 8, 30000)
        require_between("serverless.maximum_disk_gb", self.maximum_disk_gb, 20, 100000)
        require_between("serverless.idle_minutes", self.idle_minutes, 1, 10080)


@dataclass(frozen=True, kw_only=True)
class SageMakerConfig:
    """Instance types and limits of SageMaker jobs; SageMaker supports Graviton for endpoints only."""

    training_instance_type: str = "ml.m5.xlarge"
    processing_instance_type: str = "ml.m5.xlarge"
    transform_instance_type: str = "ml.m5.large"
    tuning_max_jobs: int = 12
    tuning_max_parallel_jobs: int = 3

    def __post_init__(self) -> None:
        for job in ("training", "processing", "transform"):
            self._require_x86(f"sagemaker.{job}_instance_type", getattr(self, f"{job}_instance_type"))
        require_between("sagemaker.tuning_max_jobs", self.tuning_max_jobs, 1, 750)
        parallel = "sagemaker.tuning_max_parallel_jobs"
        require_between(parallel, self.tuning_max_parallel_jobs, 1, min(self.tuning_max_jobs, 100))

    @staticmethod
    def _require_x86(setting: str, instance_type: str) -> None:
        require_match(setting, instance_type, _SAGEMAKER_TYPE, "ml.m5.xlarge")
        allowed = "an x86 type such as ml.m5.xlarge: SageMaker supports Graviton for endpoints only"
        require(not is_graviton(instance_type), setting, instance_type, allowed)
