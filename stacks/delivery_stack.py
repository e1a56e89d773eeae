"""The delivery stack: the roles with which GitHub Actions deploys, once per account."""

from constructs import Construct

from infra.config.governance_config import DeliveryConfig
from infra.config.platform_config import PlatformConfig
from infra.delivery.github_roles import GitHubRoles
from stacks.base_stack import PlatformStack


class DeliveryStack(PlatformStack):
    """The roles of the repository's workflows; a person deploys this stack, workflows deploy all others."""

    def __init__(self, scope: Construct, *, config: PlatformConfig, delivery: DeliveryConfig) -> None:
        super().__init__(scope, "delivery", config=config, description="Roles of the repository's workflows")
        GitHubRoles(self, "GitHub", names=self.names, config=delivery)
