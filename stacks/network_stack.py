"""The network stack: VPC, endpoints and security groups."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.network.endpoint_policies import Perimeter
from infra.network.endpoints import Endpoints
from infra.network.modes import network_of
from infra.network.placement import FIRST_ZONE_NAME_PATH, VPC_PATH, Group, group_path, subnet_path
from infra.network.rules import rules
from infra.network.security_groups import SecurityGroups
from infra.security.keys import DataClass
from stacks.base_stack import PlatformStack


class NetworkStack(PlatformStack):
    """The network of all workloads, which rarely changes."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "network", config=config, description="VPC, endpoints and security groups")
        network = network_of(self, config=config, log_key=lambda: self.key(DataClass.LOGS))
        security = SecurityGroups(
            self,
            "SecurityGroups",
            names=self.names,
            network=network,
            availability_zones=config.network.availability_zones,
            s3_prefix_list=config.s3_prefix_list,
            rules=rules(is_https=config.tracking.certificate_arn is not None),
            operator_cidrs=config.network.operator_cidrs,
        )
        if not network.has_endpoints:
            Endpoints(
                self,
                "Endpoints",
                names=self.names,
                network=network,
                perimeter=Perimeter.of(config),
                services=config.endpoints,
                security_group_id=security.groups[Group.ENDPOINTS].security_group_id,
            )

        self.publish(VPC_PATH, network.vpc_id)
        if network.first_zone_name is not None:
            self.publish(FIRST_ZONE_NAME_PATH, network.first_zone_name)
        for zone, subnet_id in zip(config.network.availability_zones, network.subnet_ids, strict=True):
            self.publish(subnet_path(zone), subnet_id)
        for group, security_group in security.groups.items():
            self.publish(group_path(group), security_group.security_group_id)
