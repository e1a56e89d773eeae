"""The network: VPC, endpoints, security groups."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.network.placement import VPC_PATH, Group, group_path, subnet_path
from infra.network.private_network import PrivateNetwork
from infra.network.security_groups import SecurityGroups
from infra.security.keys import DataClass
from stacks.base_stack import PlatformStack


class NetworkStack(PlatformStack):
    """What workloads stand in; it rarely changes."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "network", config=config, description="VPC, endpoints and security groups")
        network = PrivateNetwork(
            self,
            "Network",
            names=self.names,
            network=config.network,
            retention=config.retention,
            log_key=self.key(DataClass.LOGS),
        )
        security = SecurityGroups(
            self,
            "SecurityGroups",
            names=self.names,
            vpc=network.vpc,
            cidr=config.network.cidr,
            is_https=config.tracking.certificate_arn is not None,
        )
        network.add_endpoints(config.network.interface_endpoints, security.groups[Group.ENDPOINTS])

        self.publish(VPC_PATH, network.vpc.vpc_id)
        for zone, subnet in zip(config.network.availability_zones, network.subnets, strict=True):
            self.publish(subnet_path(zone), subnet.subnet_id)
        for group, security_group in security.groups.items():
            self.publish(group_path(group), security_group.security_group_id)
