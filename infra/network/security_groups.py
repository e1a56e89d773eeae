"""The security groups of all workloads."""

from collections.abc import Sequence

from aws_cdk import Tags
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.names import PlatformNames
from infra.network.modes import Network
from infra.network.placement import EMR_TAG, Group
from infra.network.rules import ALL_TCP, CALLERS, HTTPS, NODES, Ports, Rule

_PURPOSES = {
    Group.ENDPOINTS: "Interface endpoints",
    Group.AIRFLOW: "MWAA schedulers, workers and web servers",
    Group.JOBS: "SageMaker and EMR Serverless jobs",
    Group.EMR_PRIMARY: "Primary nodes of EMR clusters",
    Group.EMR_NODES: "Core and task nodes of EMR clusters",
    Group.EMR_SERVICE: "EMR control plane",
    Group.BALANCER: "Load balancer of MLflow",
    Group.TRACKING: "MLflow tasks",
    Group.DATABASE: "Database of MLflow",
}

_PROTOCOLS = {"tcp": ec2.Protocol.TCP, "udp": ec2.Protocol.UDP, "icmp": ec2.Protocol.ICMP}


class SecurityGroups(Construct):
    """One security group per workload; `rules` and `operator_cidrs` allow all connections except those to AWS."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        network: Network,
        availability_zones: Sequence[str],
        s3_prefix_list: str,
        rules: Sequence[Rule],
        operator_cidrs: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        vpc = ec2.Vpc.from_vpc_attributes(
            self, "Vpc", vpc_id=network.vpc_id, availability_zones=list(availability_zones)
        )
        self.groups = {group: self._group(names, vpc, group) for group in Group}
        for group in (*NODES, Group.EMR_SERVICE):
            Tags.of(self.groups[group]).add(EMR_TAG, "true")
        for rule in rules:
            self._allow(rule)
        self._allow_aws(s3_prefix_list, network.service_cidrs)
        self._allow_operators(operator_cidrs, rules)

    def _group(self, names: PlatformNames, vpc: ec2.IVpc, group: Group) -> ec2.SecurityGroup:
        name = names.resource(group)
        # EC2 cannot change the description of a group, which therefore repeats the name; a tag says more.
        created = ec2.SecurityGroup(
            self, group, vpc=vpc, security_group_name=name, description=name, allow_all_outbound=False
        )
        Tags.of(created).add("purpose", _PURPOSES[group])
        return created

    def _allow(self, rule: Rule) -> None:
        source, target, port = self.groups[rule.source], self.groups[rule.target], _port(rule.ports)
        target.add_ingress_rule(source, port, rule.reason)
        source.add_egress_rule(target, port, rule.reason)

    def _allow_aws(self, s3_prefix_list: str, service_cidrs: Sequence[str]) -> None:
        """Allow AWS APIs; security groups do not filter DNS resolver, time and instance metadata (VPC user guide)."""
        for caller in CALLERS:
            ports = ALL_TCP if caller in NODES else HTTPS
            self.groups[caller].add_egress_rule(ec2.Peer.prefix_list(s3_prefix_list), _port(ports), "S3")
            for cidr in service_cidrs:
                self.groups[caller].add_egress_rule(ec2.Peer.ipv4(cidr), _port(HTTPS), "AWS APIs and the way out")

    def _allow_operators(self, cidrs: Sequence[str], rules: Sequence[Rule]) -> None:
        web = next(rule.ports for rule in rules if rule.target is Group.BALANCER)
        for cidr in cidrs:
            for group, ports, page in ((Group.AIRFLOW, HTTPS, "Airflow"), (Group.BALANCER, web, "MLflow")):
                self.groups[group].add_ingress_rule(ec2.Peer.ipv4(cidr), _port(ports), f"Operators open {page}")


def _port(ports: Ports) -> ec2.Port:
    is_one = ports.low == ports.high
    return ec2.Port(
        protocol=_PROTOCOLS[ports.protocol],
        from_port=ports.low,
        to_port=ports.high,
        string_representation=f"{ports.protocol} {ports.low}" + ("" if is_one else f"-{ports.high}"),
    )
