"""IAM roles of GitHub Actions workflows, assumed with OIDC tokens."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.config.governance_config import DeliveryConfig
from infra.names import BootstrapRole, PlatformNames, RolePurpose
from jobs.contracts.time_limits import DEPLOYMENT_MINUTES

_ISSUER = "token.actions.githubusercontent.com"
_AUDIENCE = "sts.amazonaws.com"
#: Roles of `cdk bootstrap` that the CDK CLI assumes; `deploy` passes the CloudFormation execution role.
DEPLOYING = (BootstrapRole.DEPLOY, BootstrapRole.FILES, BootstrapRole.IMAGES, BootstrapRole.LOOKUP)
READING = (BootstrapRole.LOOKUP,)
#: A deployment waits for MWAA, whose update waits for running tasks.
_DEPLOY_SESSION = Duration.minutes(DEPLOYMENT_MINUTES)


class GitHubRoles(Construct):
    """A role for approved deployments from one branch, and a role for `cdk diff` and drift detection in pull requests.

    Both can only assume roles of the CDK bootstrap in this account and region.
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, config: DeliveryConfig) -> None:
        super().__init__(scope, construct_id)
        self._names = names
        self._provider_arn = f"arn:aws:iam::{names.account}:oidc-provider/{_ISSUER}"
        if not config.provider_exists:
            # STS validates GitHub's certificate with its own list of authorities, so no thumbprint is needed.
            provider = iam.CfnOIDCProvider(self, "Provider", url=f"https://{_ISSUER}", client_id_list=[_AUDIENCE])
            self._provider_arn = provider.attr_arn
        branch, repository = f"refs/heads/{config.branch}", f"repo:{config.repository}"
        # The subject names the GitHub environment. AWS announced the claim `ref` in January 2026, GitHub's guide does
        # not name it (read 2026-11-29): the branch is compared only where STS passes it on.
        subject = f"{repository}:environment:{names.environment}"
        approved = {"StringEquals": {f"{_ISSUER}:sub": subject}, "StringEqualsIfExists": {f"{_ISSUER}:ref": branch}}
        self.deploy = self._role(RolePurpose.DEPLOY, "Approved deployments", approved, DEPLOYING, _DEPLOY_SESSION)
        readers = {"StringEquals": {f"{_ISSUER}:sub": [f"{repository}:pull_request", f"{repository}:ref:{branch}"]}}
        self.compare = self._role(RolePurpose.COMPARE, "Differences and drift", readers, READING, Duration.hours(1))

    def _role(
        self,
        purpose: RolePurpose,
        description: str,
        claims: Mapping[str, Mapping[str, str | list[str]]],
        assumes: Sequence[BootstrapRole],
        session: Duration,
    ) -> iam.Role:
        conditions = {**claims, "StringEquals": {f"{_ISSUER}:aud": _AUDIENCE, **claims["StringEquals"]}}
        role = iam.Role(
            self,
            purpose.capitalize(),
            role_name=self._names.role(purpose),
            description=f"{description} from GitHub Actions",
            max_session_duration=session,
            assumed_by=iam.FederatedPrincipal(self._provider_arn, conditions, "sts:AssumeRoleWithWebIdentity"),
        )
        arns = [self._names.bootstrap_role_arn(each) for each in assumes]
        iam.ManagedPolicy(
            self,
            f"{purpose.capitalize()}Policy",
            managed_policy_name=self._names.role(purpose),
            roles=[role],
            statements=[iam.PolicyStatement(actions=["sts:AssumeRole"], resources=arns)],
        )
        return role
