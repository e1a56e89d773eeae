"""The rules between security groups; each rule becomes one ingress and one egress rule."""

from dataclasses import dataclass
from typing import Literal

from infra.network.placement import Group

Protocol = Literal["tcp", "udp", "icmp"]

#: Not the default port of PostgreSQL, which scanners try first.
DATABASE_PORT = 5433
TRACKING_PORT = 5000

#: Groups whose workloads call AWS through interface endpoints and, for S3, the gateway endpoint.
CALLERS = (Group.AIRFLOW, Group.JOBS, Group.EMR_PRIMARY, Group.EMR_NODES, Group.TRACKING)

#: Nodes reach S3 and package repositories over any port (EMR management guide, managed security groups, outbound
#: minimum of private subnets, read 2026-11-24); all other groups use HTTPS.
NODES = (Group.EMR_PRIMARY, Group.EMR_NODES)


@dataclass(frozen=True)
class Ports:
    """A range of ports of a protocol; for ICMP type and code, where -1 means all."""

    protocol: Protocol
    low: int
    high: int


HTTPS = Ports("tcp", 443, 443)
ALL_TCP = Ports("tcp", 0, 65535)
ALL_UDP = Ports("udp", 0, 65535)
ALL_ICMP = Ports("icmp", -1, -1)


@dataclass(frozen=True)
class Rule:
    """Workloads in `source` may open connections to workloads in `target`."""

    source: Group
    target: Group
    ports: Ports
    reason: str


def rules(*, is_https: bool) -> tuple[Rule, ...]:
    """Every rule between groups; MLflow listens on port 443 if `is_https`, otherwise on port 80."""
    web = HTTPS if is_https else Ports("tcp", 80, 80)
    clients = (Group.AIRFLOW, Group.JOBS, *NODES)
    return (
        *(Rule(caller, Group.ENDPOINTS, HTTPS, "AWS APIs") for caller in CALLERS),
        # MWAA's components reach its web server and database through endpoints in the same group (MWAA user guide,
        # security in your VPC, read 2026-11-24).
        Rule(Group.AIRFLOW, Group.AIRFLOW, HTTPS, "Web server of MWAA"),
        Rule(Group.AIRFLOW, Group.AIRFLOW, Ports("tcp", 5432, 5432), "Metadata database of MWAA"),
        Rule(Group.JOBS, Group.JOBS, ALL_TCP, "Workers of one distributed job"),
        *_emr(),
        *(Rule(client, Group.BALANCER, web, "Jobs and DAGs track their work") for client in clients),
        Rule(Group.BALANCER, Group.TRACKING, Ports("tcp", TRACKING_PORT, TRACKING_PORT), "MLflow behind its balancer"),
        Rule(Group.TRACKING, Group.DATABASE, Ports("tcp", DATABASE_PORT, DATABASE_PORT), "Metadata of MLflow"),
    )


def _emr() -> tuple[Rule, ...]:
    """The rules of EMR 7.x in private subnets (EMR management guide, managed security groups, read 2026-11-24).

    EMR adds missing inbound rules when a cluster starts and does not remove them. CloudFormation does not know those
    rules and cannot delete the groups while they exist, so all of them are declared here.
    """
    control = Ports("tcp", 8443, 8443)
    return (
        *(
            Rule(source, target, ports, "Nodes of a cluster")
            for source in NODES
            for target in NODES
            for ports in (ALL_TCP, ALL_UDP, ALL_ICMP)
        ),
        *(Rule(Group.EMR_SERVICE, node, control, "EMR starts steps and scales") for node in NODES),
        *(Rule(node, Group.EMR_SERVICE, Ports("tcp", 9443, 9443), "Nodes report to EMR") for node in NODES),
        *(Rule(node, Group.EMR_SERVICE, HTTPS, "Nodes reach EMR over HTTPS") for node in NODES),
    )
