"""Names that infrastructure creates and that jobs and DAGs use, so both must spell them alike."""

from dataclasses import dataclass

from jobs.contracts.tables import Table, Zone

PLATFORM = "mlops"
CATALOG = "lake"

#: The parameters through which the compute stack publishes the ids of the persistent cluster and the application.
SPARK_CLUSTER_ID = "compute/spark-cluster-id"
SPARK_APPLICATION_ID = "compute/spark-application-id"


#: Stands for the name of a pipeline in a pattern that matches the roles or jobs of all pipelines.
EVERY_PIPELINE = "*"


def job_purpose(pipeline: str, kind: str) -> str:
    """The purpose in the names of roles and jobs of one pipeline.

    IAM allows 64 characters. The longest environment, pipeline and region leave none for a word that marks roles of
    jobs, so the kind at the end marks them: no other purpose ends with one.
    """
    return f"{pipeline.replace('_', '-')}-{kind}"


@dataclass(frozen=True)
class LakeNames:
    """Names of buckets, databases and tables of one environment in one account and region."""

    environment: str
    account: str
    region: str

    @property
    def prefix(self) -> str:
        """The prefix of every hyphenated name in this environment."""
        return f"{PLATFORM}-{self.environment}"

    def resource(self, purpose: str) -> str:
        """The name of a resource that is unique within one account and region."""
        return f"{self.prefix}-{purpose}"

    def parameter(self, path: str) -> str:
        """The Systems Manager parameter through which a stack publishes a value that AWS generated."""
        return f"/{PLATFORM}/{self.environment}/{path}"

    def bucket(self, zone: Zone) -> str:
        """The bucket of a zone; account and region make it globally unique."""
        return f"{self.resource(zone)}-{self.account}-{self.region}"

    def uri(self, zone: Zone, *parts: str) -> str:
        """An `s3://` URI below the bucket of a zone."""
        return "/".join((f"s3://{self.bucket(zone)}", *parts))

    def database(self, pipeline: str, zone: Zone) -> str:
        """The Glue database of a pipeline's tables in a zone."""
        return f"{self._sql_prefix}_{pipeline}_{zone}"

    def table(self, pipeline: str, table: Table) -> str:
        """The table's full name in Spark SQL: catalog, database, table."""
        return f"{CATALOG}.{self.database(pipeline, table.zone)}.{table.name}"

    def role(self, purpose: str) -> str:
        """The name of a role by job kind or other purpose; IAM is global, so the name contains the region."""
        return f"{self.resource(purpose)}-{self.region}"

    def role_arn(self, purpose: str) -> str:
        """The ARN of a role of this environment."""
        return f"arn:aws:iam::{self.account}:role/{self.role(purpose)}"

    def job_role(self, pipeline: str, kind: str) -> str:
        """The name of the role under which jobs of this kind of a pipeline run, see `job_purpose`."""
        return self.role(job_purpose(pipeline, kind))

    def job_role_arn(self, pipeline: str, kind: str) -> str:
        """The ARN of that role; with the pipeline `EVERY_PIPELINE`, a pattern of the roles of all pipelines."""
        return self.role_arn(job_purpose(pipeline, kind))

    @property
    def spark_cluster(self) -> str:
        """The name of the persistent Spark cluster; after a replacement, two clusters may have it for a while."""
        return self.resource("spark")

    @property
    def spark_application(self) -> str:
        """The EMR Serverless application's name, which its metrics have as a dimension."""
        return self.resource("spark")

    def glue_job(self, pipeline: str, module: str) -> str:
        """The Glue job that runs a Spark module of a pipeline, whose role and size belong to the pipeline."""
        return self.resource(job_purpose(pipeline, module))

    @property
    def tracking_secret(self) -> str:
        """The secret with which jobs log in to MLflow."""
        return self.resource("tracking-jobs")

    def feature_group(self, pipeline: str, group: str) -> str:
        """The name of the SageMaker feature group, whose pattern allows hyphens but no underscores."""
        return self.resource(f"{pipeline}-{group}").replace("_", "-")

    @property
    def feature_database(self) -> str:
        """The Glue database of all offline stores; SageMaker's default is one database for the whole account."""
        return f"{self._sql_prefix}_feature_store"

    def feature_table(self, pipeline: str, group: str) -> str:
        """The Glue table of a feature group's offline store."""
        return f"{self._sql_prefix}_{pipeline}_{group}"

    def offline_store(self, pipeline: str) -> str:
        """The `s3://` folder below which SageMaker keeps the offline tables of a pipeline."""
        return self.uri(Zone.FEATURES, pipeline, "offline-store")

    def model_package_group(self, pipeline: str) -> str:
        """The SageMaker registry's group for a pipeline's models."""
        return self.resource(pipeline).replace("_", "-")

    def model_name(self, pipeline: str) -> str:
        """The registered model's name in MLflow."""
        return self.resource(pipeline).replace("_", "-")

    @property
    def _sql_prefix(self) -> str:
        """The prefix of names in Glue, which SQL accepts without quotes: underscores instead of hyphens."""
        return f"{PLATFORM}_{self.environment}"
