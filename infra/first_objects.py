"""Objects that an operator puts into buckets of the platform before something else needs them.

All other objects that templates and requests name are assets of the deployment or are written by the platform itself;
checks/environment/named_objects.py compares the templates with this list.
"""

from dataclasses import dataclass

from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from infra.pipeline_scope import is_pipeline_stack
from infra.spark.security_document import CERTIFICATES
from jobs.contracts.access import Folder
from jobs.contracts.engines import Engine
from jobs.contracts.tables import Zone

#: Folders of the artifacts bucket that no part of the platform writes.
UPLOADED_FOLDERS = (Folder.EMR_CERTIFICATES, Folder.SPARK_JARS)
#: The purpose of the stack that creates the buckets.
DATA_STACK = "data"
#: The purpose of the stack of a persistent cluster, which the stacks of pipelines depend on.
CLUSTER_STACK = "compute"


@dataclass(frozen=True, kw_only=True)
class FirstObject:
    """An object, or a folder if its key ends in `/`, with the commands that create and upload it.

    `needed_by` says what fails without it. Its bucket exists as soon as the data stack is deployed. The stack with the
    purpose `stack` cannot be created without the object; other objects are needed by jobs only.
    """

    bucket: str
    key: str
    needed_by: str
    commands: tuple[str, ...]
    stack: str | None = None

    def is_needed_by(self, only: str | None) -> bool:
        """Whether a deployment of all stacks, or of `only` one with those before it, needs the object."""
        return self.stack is not None and (only in (None, self.stack) or is_pipeline_stack(only or ""))

    @property
    def uri(self) -> str:
        """The `s3://` URI of the object or folder."""
        return f"s3://{self.bucket}/{self.key}"


def first_objects(config: PlatformConfig) -> tuple[FirstObject, ...]:
    """The objects that an environment needs, in the order in which they are needed."""
    names = PlatformNames.of(config)
    objects = []
    if config.spark.encrypts_in_transit:
        objects.append(_certificates(names, is_persistent=config.spark.mode == "persistent"))
    if config.engines.jobs_on(Engine.SAGEMAKER):
        objects.append(_iceberg_jars(names))
    return tuple(objects)


def _certificates(names: PlatformNames, *, is_persistent: bool) -> FirstObject:
    """The TLS certificates of cluster nodes, whose subject EMR requires to match the nodes' private host names.

    EMR management guide, "Providing certificates for encrypting data in transit", read 2026-11-24.
    """
    hosts = "*.ec2.internal" if names.region == "us-east-1" else f"*.{names.region}.compute.internal"
    bucket = names.bucket(Zone.ARTIFACTS)
    return FirstObject(
        bucket=bucket,
        key=CERTIFICATES,
        needed_by="the cluster of the compute stack" if is_persistent else "the first cluster that a DAG starts",
        stack=CLUSTER_STACK if is_persistent else None,
        commands=(
            f'openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN={hosts}" '
            "-keyout privateKey.pem -out certificateChain.pem",
            "cp certificateChain.pem trustedCertificates.pem",
            "zip nodes.zip privateKey.pem certificateChain.pem trustedCertificates.pem",
            f"aws s3 cp nodes.zip s3://{bucket}/{CERTIFICATES}",
        ),
    )


def _iceberg_jars(names: PlatformNames) -> FirstObject:
    """Iceberg for jobs on SageMaker Processing, whose Spark image does not contain it."""
    bucket, folder = names.bucket(Zone.ARTIFACTS), f"{Folder.SPARK_JARS}/"
    jars = ("iceberg-spark-runtime-3.5_2.12", "iceberg-aws-bundle")
    return FirstObject(
        bucket=bucket,
        key=folder,
        needed_by="the first Spark job on SageMaker Processing",
        commands=tuple(f"aws s3 cp {jar}-<version>.jar s3://{bucket}/{folder}" for jar in jars),
    )
