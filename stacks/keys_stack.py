"""The keys stack: the KMS keys that all other stacks encrypt with."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.security.keys import DataClass, Keys
from infra.training.shared_registry import share_key
from stacks.base_stack import PlatformStack


class KeysStack(PlatformStack):
    """One key per data class; deployed first, because all other resources are encrypted from the start."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "keys", config=config, description="Keys per class of data", is_stateful=True)
        keys = Keys(self, "Keys", names=self.names, removal=self.removal)
        if config.registry.consumers:
            share_key(keys.by_class[DataClass.LAKE], self.names, config.registry.consumers)
        for data_class, key in keys.by_class.items():
            self.publish(f"keys/{data_class}", key.key_arn)
