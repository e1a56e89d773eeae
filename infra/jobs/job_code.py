"""The code of jobs as CDK assets, which are named by the hash of their content."""

import json
import shutil
import tempfile
from pathlib import Path

from aws_cdk import IgnoreMode
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from infra.config.certificates import CaBundle
from infra.names import PlatformNames
from jobs.contracts.authorities import BUNDLE
from jobs.contracts.iceberg import iceberg_conf

REPOSITORY = Path(__file__).resolve().parents[2]

#: Excludes everything that Spark jobs do not import, so that changes to DAGs and containers leave the archive as it is.
#: The archive keeps the folder `jobs`, which is the package name.
_SPARK_ONLY = [
    "/*",
    "!/jobs",
    "/jobs/dags",
    "/jobs/pipeline_check",
    "/jobs/pipelines/*/baseline",
    "/jobs/pipelines/*/dags.py",
    "/jobs/pipelines/*/data",
    "/jobs/pipelines/*/landing.py",
    "/jobs/reporting",
    "/jobs/serving",
    "/jobs/training",
    "__pycache__",
    "*.pyc",
    "*.md",
    ".DS_Store",
]

#: Excludes from the build context of images everything but the parts of `jobs` that run in containers.
_IMAGE_ONLY = [
    "*",
    "!jobs",
    "jobs/dags",
    "jobs/pipeline_check",
    "jobs/pipelines/*/baseline",
    "jobs/pipelines/*/dags.py",
    "jobs/pipelines/*/data",
    "jobs/pipelines/*/landing.py",
    "jobs/spark",
    "**/__pycache__",
    "**/*.pyc",
    "**/*.md",
    "**/.DS_Store",
]


def _with_bundle(bundle: CaBundle) -> Path:
    """A copy of the jobs that has the private authorities where `jobs.contracts.authorities` looks for them."""
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(REPOSITORY / "jobs", folder / "jobs", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "jobs" / "contracts" / BUNDLE).write_text(bundle.pem)
    return folder


def spark_archive(scope: Construct, construct_id: str, source: Path = REPOSITORY) -> s3_assets.Asset:
    """The archive of Spark jobs; its modules import the standard library, PySpark and one another only.

    Engines install nothing for a job, and an isolated network has no package index: checks/environment/job_imports.py.
    """
    return s3_assets.Asset(scope, construct_id, path=str(source), exclude=_SPARK_ONLY, ignore_mode=IgnoreMode.GIT)


class JobCode(Construct):
    """The archive and entry point of Spark jobs, and the container images of SageMaker jobs."""

    def __init__(
        self, scope: Construct, construct_id: str, *, names: PlatformNames, ca_bundle: CaBundle | None
    ) -> None:
        super().__init__(scope, construct_id)
        self._source = REPOSITORY if ca_bundle is None else _with_bundle(ca_bundle)
        archive = spark_archive(self, "Archive", self._source)
        entry = s3_assets.Asset(self, "Entry", path=str(REPOSITORY / "jobs" / "main.py"))
        training = self._image("Training", "jobs/training/Dockerfile")
        # Batch Transform does not run arm64 images; endpoints on Graviton would need a second build of this image.
        serving = self._image("Serving", "jobs/serving/Dockerfile")

        self.archive_uri, self.entry_uri = archive.s3_object_url, entry.s3_object_url
        self.processing_conf_uri = self._processing_conf(names).s3_object_url
        self.training_image = names.image_uri(training.image_tag)
        self.serving_image = names.image_uri(serving.image_tag)

    def _processing_conf(self, names: PlatformNames) -> s3_assets.Asset:
        """The file of EMR classifications from which SageMaker's Spark image reads its settings."""
        conf = iceberg_conf(names)
        path = Path(tempfile.mkdtemp()) / "configuration.json"
        path.write_text(json.dumps([{"Classification": "spark-defaults", "Properties": conf}]))
        return s3_assets.Asset(self, "ProcessingConf", path=str(path))

    def _image(self, construct_id: str, dockerfile: str) -> ecr_assets.DockerImageAsset:
        return ecr_assets.DockerImageAsset(
            self,
            construct_id,
            directory=str(self._source),
            file=dockerfile,
            exclude=_IMAGE_ONLY,
            ignore_mode=IgnoreMode.DOCKER,
            platform=ecr_assets.Platform.LINUX_AMD64,
        )
