"""One IAM role per pipeline and job kind, rendered from the access that `jobs/contracts/access.py` declares."""

from constructs import Construct

from infra.config.engine_config import EngineConfig
from infra.config.governance_config import LakeConfig
from infra.jobs.job_permissions import allow_catalog_key, allow_objects, allow_tables, allow_zone_keys
from infra.lake.lake_formation import allow_data_access
from infra.names import RolePurpose
from infra.pipeline_scope import PipelineScope
from infra.security.permissions import PlatformRole
from infra.spark.engine_permissions import SERVICES, allow_container, allow_jars, allow_spark_engine
from jobs.contracts.access import ACCESS, SPARK_KINDS, JobKind
from jobs.contracts.engines import Engine
from jobs.contracts.names import job_purpose
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
    """A role per job kind of a pipeline, with the permissions of its access contract and of its engine."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: PipelineScope,
        engines: EngineConfig,
        lake: LakeConfig,
        key_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._pipeline, self._key_arn, names = pipeline, key_arn, pipeline.names
        self.roles = {kind: self._role(kind, engines) for kind in JobKind}
        for kind in SPARK_KINDS:
            allow_tables(self.roles[kind], pipeline, ACCESS[kind])
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
        names = self._pipeline.names
        is_spark = kind not in _CONTAINERS
        engine = engines.engine_of(kind)
        role = PlatformRole(
            self,
            kind.capitalize(),
            names=names,
            purpose=job_purpose(self._pipeline.name, kind),
            description=_DESCRIPTIONS[kind],
            services=SERVICES[engine if is_spark else Engine.SAGEMAKER],
            trusted_roles=[names.role_arn(RolePurpose.EMR_INSTANCE)] if is_spark and engine is Engine.EMR else [],
        )
        allow_objects(role, self._pipeline, ACCESS[kind])
        allow_zone_keys(role, names, ACCESS[kind], self._key_arn)
        return role
