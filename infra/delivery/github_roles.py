"""How a repository's workflows reach this account: short-lived credentials by OIDC, no stored key."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.config.governance_config import DeliveryConfig
from infra.names import BootstrapRole, PlatformNames, RolePurpose

_ISSUER = "token.actions.githubusercontent.com"
_AUDIENCE = "sts.amazonaws.com"
#: The roles that `cdk bootstrap` made and the command line assumes; the one for CloudFormation is passed by the first.
DEPLOYING = (BootstrapRole.DEPLOY, BootstrapRole.FILES, BootstrapRole.IMAGES, BootstrapRole.LOOKUP)
READING = (BootstrapRole.LOOKUP,)
#: A deployment waits for MWAA, which is created in half an hour and updated in up to two thirds of one.
_DEPLOY_SESSION = Duration.hours(2)


class GitHubRoles(Construct):
    """A role that deploys, for approved jobs of one branch, and a role that compares, for pull requests.

    Both may only assume roles of the CDK bootstrap in this account and region.
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, config: DeliveryConfig) -> None:
        super().__init__(scope, construct_id)
        self._names = names
        self._provider_arn = f"arn:aws:iam::{names.account}:oidc-provider/{_ISSUER}"
        if not config.provider_exists:
            # STS trusts GitHub's certificates by its own list of authorities: no thumbprint to go stale.
            provider = iam.CfnOIDCProvider(self, "Provider", url=f"https://{_ISSUER}", client_id_list=[_AUDIENCE])
            self._provider_arn = provider.attr_arn
        branch, repository = f"refs/heads/{config.branch}", f"repo:{config.repository}"
        # The subject names the approved environment; the branch is a claim of its own since January 2026.
        approved = {f"{_ISSUER}:sub": f"{repository}:environment:{names.environment}", f"{_ISSUER}:ref": branch}
        self.deploy = self._role(RolePurpose.DEPLOY, "Approved deployments", approved, DEPLOYING, _DEPLOY_SESSION)
        readers = {f"{_ISSUER}:sub": [f"{repository}:pull_request", f"{repository}:ref:{branch}"]}
        self.compare = self._role(RolePurpose.COMPARE, "Differences and drift", readers, READING, Duration.hours(1))

    def _role(
        self,
        purpose: RolePurpose,
        description: str,
        claims: dict[str, str] | dict[str, list[str]],
        assumes: Sequence[BootstrapRole],
        session: Duration,
    ) -> iam.Role:
        conditions = {"StringEquals": {f"{_ISSUER}:aud": _AUDIENCE, **claims}}
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
            description=f"{description} from GitHub Actions",
            roles=[role],
            statements=[iam.PolicyStatement(actions=["sts:AssumeRole"], resources=arns)],
        )
        return role
