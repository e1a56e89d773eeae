"""The network: VPC, endpoints, security groups."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.network.private_network import PrivateNetwork
from infra.network.security_groups import SecurityGroups
from stacks.base_stack import PlatformStack


class NetworkStack(PlatformStack):
    """What workloads stand in; it rarely changes."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "network", config=config, description="VPC, endpoints and security groups")
        network = PrivateNetwork(self, "Network", names=self.names, network=config.network, retention=config.retention)
        self.vpc, self.subnets = network.vpc, network.subnets
        self.security_groups = SecurityGroups(
            self,
            "SecurityGroups",
            names=self.names,
            vpc=network.vpc,
            cidr=config.network.cidr,
            is_https=config.tracking.certificate_arn is not None,
        )
        network.add_endpoints(config.network.interface_endpoints, self.security_groups.endpoints)
