"""The roles SageMaker jobs run under: one to train, one to serve."""

from collections.abc import Sequence

from constructs import Construct

from infra.names import PlatformNames
from infra.security.permissions import PlatformRole, allow_key, allow_volumes
from jobs.contracts.tables import Zone

_OBJECT_REASON = "jobs choose object names; the bucket is the boundary of a zone"


class SageMakerRoles(Construct):
    """The training role reads datasets and writes artifacts; the serving role reads them and writes predictions."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, key_arn: str) -> None:
        super().__init__(scope, construct_id)
        self._names, self._key_arn = names, key_arn
        self.training = self._role("training", "Training and tuning jobs")
        self.serving = self._role("serving", "Batch transform jobs and endpoints")
        self._allow_zones(self.training, reads=(Zone.DATASETS, Zone.ARTIFACTS), writes=(Zone.ARTIFACTS,))
        readable = (Zone.ARTIFACTS, Zone.DATASETS, Zone.FEATURES)
        self._allow_zones(self.serving, reads=readable, writes=(Zone.ARTIFACTS, Zone.PREDICTIONS))

    def _role(self, purpose: str, description: str) -> PlatformRole:
        services = ["sagemaker.amazonaws.com"]
        role = PlatformRole(
            self, purpose, names=self._names, purpose=purpose, description=description, services=services
        )
        allow_key(role, self._key_arn)
        allow_volumes(role, self._key_arn)
        _allow_container(role, self._names)
        _allow_network(role, self._names)
        return role

    def _allow_zones(self, role: PlatformRole, *, reads: Sequence[Zone], writes: Sequence[Zone]) -> None:
        names = self._names
        zones = sorted({*reads, *writes})
        role.allow(["s3:GetBucketLocation", "s3:ListBucket"], names.bucket_arns(zones), "channels are prefixes")
        role.allow(["s3:GetObject"], names.object_arns(reads), _OBJECT_REASON)
        role.allow(["s3:AbortMultipartUpload", "s3:PutObject"], names.object_arns(writes), _OBJECT_REASON)


def _allow_container(role: PlatformRole, names: PlatformNames) -> None:
    repository = names.arn("ecr", f"repository/{names.images_repository}")
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    role.allow(pull, [repository], "the platform's own images")
    role.allow(["ecr:GetAuthorizationToken"], ["*"], "a token is for the whole registry")
    groups = names.arn("logs", "log-group:/aws/sagemaker/*")
    write = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    role.allow(write, [groups], "SageMaker names one log group per kind of job and one stream per container")
    only_own = {"StringEquals": {"cloudwatch:namespace": ["/aws/sagemaker/TrainingJobs", "/aws/sagemaker/Endpoints"]}}
    role.allow(["cloudwatch:PutMetricData"], ["*"], "metrics have no ARN; the namespace is fixed", only_own)


def _allow_network(role: PlatformRole, names: PlatformNames) -> None:
    describe = [
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ]
    role.allow(describe, ["*"], "EC2's describe actions take no resource")
    kinds = ("network-interface", "security-group", "subnet")
    change = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]
    permissions = ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterfacePermission"]
    interfaces = [names.arn("ec2", f"{kind}/*") for kind in kinds]
    role.allow([*change, *permissions], interfaces, "a job's interfaces are created with it and have no name before")
