"""Who may talk to whom inside the VPC, as a list: each rule opens one door of its target and one of its source."""

from dataclasses import dataclass
from typing import Literal

from infra.network.placement import Group

Protocol = Literal["tcp", "udp", "icmp"]

#: Not PostgreSQL's own port, which scanners try first.
DATABASE_PORT = 5433
TRACKING_PORT = 5000

#: Groups whose members call AWS: through endpoints, and S3 through its gateway.
CALLERS = (Group.AIRFLOW, Group.JOBS, Group.EMR_PRIMARY, Group.EMR_NODES, Group.TRACKING)

#: Nodes reach S3 and package repositories over any port (EMR management guide, managed security groups, outbound
#: minimum of private subnets, read 2026-11-24); everybody else over HTTPS.
NODES = (Group.EMR_PRIMARY, Group.EMR_NODES)


@dataclass(frozen=True)
class Ports:
    """A range of ports of a protocol; for ICMP its type and code, -1 being all."""

    protocol: Protocol
    low: int
    high: int


HTTPS = Ports("tcp", 443, 443)
ALL_TCP = Ports("tcp", 0, 65535)
ALL_UDP = Ports("udp", 0, 65535)
ALL_ICMP = Ports("icmp", -1, -1)


@dataclass(frozen=True)
class Rule:
    """Members of `source` may open connections to members of `target`."""

    source: Group
    target: Group
    ports: Ports
    why: str


def rules(*, is_https: bool) -> tuple[Rule, ...]:
    """Every rule between groups; MLflow answers on 443 wherever it has a certificate."""
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

    EMR would add the inbound ones itself when a cluster starts, and leave them: rules between groups that
    CloudFormation does not know, which then keep it from deleting the groups.
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
