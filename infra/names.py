"""Physical names and literal ARNs of one environment: what policies, payloads and other stacks spell.

They build on the names that jobs share (`jobs.contracts.names`), so a policy and the job it is for cannot disagree.
Literal ARNs keep policies readable in a template and free of references between stacks.
"""

from collections.abc import Iterable

from infra.config.platform_config import PlatformConfig
from jobs.contracts.access import Folder
from jobs.contracts.features import FEATURE_STORE_DATABASE
from jobs.contracts.names import PLATFORM, LakeNames
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone

#: Zones whose data are Iceberg tables; landing and artifacts hold files.
TABLE_ZONES = (Zone.RAW, Zone.QUARANTINE, Zone.CLEANSED, Zone.FEATURES, Zone.DATASETS, Zone.PREDICTIONS)


class PlatformNames(LakeNames):
    """Names of everything the platform creates for one environment."""

    @classmethod
    def of(cls, config: PlatformConfig) -> "PlatformNames":
        """The names of an environment."""
        return cls(environment=config.environment, account=config.account, region=config.region)

    @classmethod
    def of_registry(cls, config: PlatformConfig) -> "PlatformNames | None":
        """The names of the environment whose registry this one reads, None where that is its own."""
        owner = config.registry
        return cls(owner.environment, owner.account, config.region) if owner.account else None

    @property
    def prefix(self) -> str:
        """What every name in this environment starts with."""
        return f"{PLATFORM}-{self.environment}"

    def resource(self, purpose: str) -> str:
        """The name of a resource that lives in one account and region."""
        return f"{self.prefix}-{purpose}"

    def system_bucket(self, purpose: str) -> str:
        """The bucket of a system beside the lake, such as access logs."""
        return f"{self.prefix}-{purpose}-{self.account}-{self.region}"

    def key_alias(self, purpose: str) -> str:
        """The alias of a key of the environment."""
        return f"alias/{self.prefix}-{purpose}"

    def parameter(self, path: str) -> str:
        """The Systems Manager parameter through which one stack tells others a value that AWS chose."""
        return f"/{PLATFORM}/{self.environment}/{path}"

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def bucket_arns(self, zones: Iterable[Zone]) -> list[str]:
        """The ARNs of the zones' buckets."""
        return [f"arn:aws:s3:::{self.bucket(zone)}" for zone in zones]

    def object_arns(self, zones: Iterable[Zone], prefix: str = "") -> list[str]:
        """The ARNs of all objects below a prefix of the zones' buckets."""
        return [f"{arn}/{prefix}*" for arn in self.bucket_arns(zones)]

    def databases(self, pipelines: Iterable[Pipeline], zones: Iterable[Zone] = TABLE_ZONES) -> list[str]:
        """Glue databases of zones: one per pipeline and zone with tables, and the feature store's for features."""
        wanted = [zone for zone in TABLE_ZONES if zone in set(zones)]
        own = [self.database(pipeline.name, zone) for pipeline in pipelines for zone in wanted]
        return [*own, *([FEATURE_STORE_DATABASE] if Zone.FEATURES in wanted else [])]

    def catalog_arns(self, pipelines: Iterable[Pipeline], zones: Iterable[Zone] = TABLE_ZONES) -> list[str]:
        """The ARNs of the catalog, the zones' databases and all their tables, which Glue checks together."""
        arns = [self.arn("glue", "catalog")]
        for database in self.databases(pipelines, zones):
            tables = f"{self.prefix.replace('-', '_')}_*" if database == FEATURE_STORE_DATABASE else "*"
            arns += [self.arn("glue", f"database/{database}"), self.arn("glue", f"table/{database}/{tables}")]
        return arns

    def folder_arns(self, folders: Iterable[Folder]) -> list[str]:
        """The ARNs of all objects in folders of the artifacts bucket."""
        return [f"{arn}/{folder}/*" for folder in folders for arn in self.bucket_arns([Zone.ARTIFACTS])]

    def feature_group_arn(self, pipeline: Pipeline, group: str) -> str:
        """The ARN of a feature group."""
        return self.arn("sagemaker", f"feature-group/{self.feature_group(pipeline.name, group)}")

    @property
    def assets_bucket(self) -> str:
        """The bucket that `cdk bootstrap` made, which holds code, DAGs and requirements by content."""
        return f"cdk-hnb659fds-assets-{self.account}-{self.region}"

    def bootstrap_role_arn(self, purpose: str) -> str:
        """The ARN of a role that `cdk bootstrap` made for its command line."""
        return f"arn:aws:iam::{self.account}:role/cdk-hnb659fds-{purpose}-role-{self.account}-{self.region}"

    @property
    def deploy_role_arn(self) -> str:
        """The role that `cdk bootstrap` made, under which CloudFormation creates what the templates say."""
        return f"arn:aws:iam::{self.account}:role/cdk-hnb659fds-cfn-exec-role-{self.account}-{self.region}"

    @property
    def images_repository(self) -> str:
        """The registry repository that `cdk bootstrap` made for images."""
        return f"cdk-hnb659fds-container-assets-{self.account}-{self.region}"

    def image_uri(self, tag: str) -> str:
        """The literal URI of an image in that repository; CDK's own would hide the domain in an intrinsic."""
        return f"{self.account}.dkr.ecr.{self.region}.amazonaws.com/{self.images_repository}:{tag}"
