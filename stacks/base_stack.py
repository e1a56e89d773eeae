"""What all stacks of an environment have in common."""

import aws_cdk as cdk
from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames


class PlatformStack(cdk.Stack):
    """A stack of one environment: named, tagged, in the environment's account and region."""

    def __init__(
        self, scope: Construct, purpose: str, *, config: PlatformConfig, description: str, is_stateful: bool = False
    ) -> None:
        self.config = config
        self.names = PlatformNames.of(config)
        super().__init__(
            scope,
            self.names.resource(purpose),
            description=description,
            env=cdk.Environment(account=config.account, region=config.region),
            termination_protection=is_stateful and config.retention.keep_data,
            tags={"platform": self.names.prefix, "stack": purpose},
        )

    @property
    def removal(self) -> cdk.RemovalPolicy:
        """What happens to stateful resources that leave the stack."""
        return cdk.RemovalPolicy.RETAIN if self.config.retention.keep_data else cdk.RemovalPolicy.DESTROY
