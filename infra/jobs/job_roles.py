"""One IAM role per job kind, rendered from the access that `jobs/contracts/access.py` declares."""

from collections.abc import Sequence

from constructs import Construct

from infra.config.engine_config import EngineConfig
from infra.config.governance_config import LakeConfig
from infra.jobs.job_permissions import allow_catalog_key, allow_objects, allow_tables, allow_zone_keys
from infra.lake.lake_formation import allow_data_access
from infra.names import PlatformNames, RolePurpose
from infra.security.permissions import PlatformRole
from infra.spark.engine_permissions import SERVICES, allow_container, allow_jars, allow_spark_engine
from jobs.contracts.access import ACCESS, SPARK_KINDS, JobKind
from jobs.contracts.engines import Engine
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.workloads import TRAINING_JOB, TRANSFORM_JOB

_DESCRIPTIONS = {
    JobKind.INGEST: "Landed files to raw tables",
    JobKind.CLEANSE: "Raw to cleansed tables",
    JobKind.FEATURE: "Cleansed tables to feature groups",
    JobKind.DATASET: "Features and labels to training data",
    JobKind.TRAIN: "Training and tuning jobs",
    JobKind.SERVE: "Batch transform jobs and endpoints",
    JobKind.PUBLISH: "Predictions to their table",
}
#: The SageMaker jobs of the job kinds that do not run on Spark.
_CONTAINERS = {JobKind.TRAIN: TRAINING_JOB, JobKind.SERVE: TRANSFORM_JOB}


class JobRoles(Construct):
    """A role per job kind, with the permissions of its access contract and of its engine."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        pipelines: Sequence[Pipeline],
        engines: EngineConfig,
        lake: LakeConfig,
        key_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._names, self._key_arn = names, key_arn
        self.roles = {kind: self._role(kind, engines) for kind in JobKind}
        for kind in SPARK_KINDS:
            allow_tables(self.roles[kind], names, ACCESS[kind], pipelines)
            allow_spark_engine(self.roles[kind], names, engines.engine_of(kind), key_arn)
            if lake.lake_formation:
                allow_data_access(self.roles[kind])
            if lake.encrypt_catalog:
                allow_catalog_key(self.roles[kind], names, key_arn)
            if engines.engine_of(kind) is Engine.SAGEMAKER:
                allow_jars(self.roles[kind], names)
        repository = names.arn("ecr", f"repository/{names.images_repository}")
        for kind, workload in _CONTAINERS.items():
            allow_container(self.roles[kind], names, key_arn, repository=repository, log_group=workload.log_group)

    def _role(self, kind: JobKind, engines: EngineConfig) -> PlatformRole:
        names = self._names
        is_spark = kind not in _CONTAINERS
        engine = engines.engine_of(kind)
        role = PlatformRole(
            self,
            kind.capitalize(),
            names=names,
            purpose=kind,
            description=_DESCRIPTIONS[kind],
            services=SERVICES[engine if is_spark else Engine.SAGEMAKER],
            trusted_roles=[names.role_arn(RolePurpose.EMR_INSTANCE)] if is_spark and engine is Engine.EMR else [],
        )
        allow_objects(role, names, ACCESS[kind])
        allow_zone_keys(role, names, ACCESS[kind], self._key_arn)
        return role

    @property
    def step_role_arns(self) -> list[str]:
        """The ARNs of the roles under which clusters run steps."""
        return [self._names.role_arn(kind) for kind, role in self.roles.items() if role.trusted_roles]

    def trust_after(self, instance: PlatformRole) -> None:
        """Create the roles of steps after the role that they trust: IAM rejects principals that do not exist."""
        for role in self.roles.values():
            if role.trusted_roles:
                role.node.add_dependency(instance.role)
