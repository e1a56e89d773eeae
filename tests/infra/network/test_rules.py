import re
from collections import Counter

import pytest

from infra.network.placement import Group
from infra.network.rules import CALLERS, HTTPS, NODES, Ports, rules

#: Inbound rules that EMR would add to groups it is given (EMR management guide, managed security groups).
EMR_WANTS = {
    *((source, target, protocol) for source in NODES for target in NODES for protocol in ("tcp", "udp", "icmp")),
    *((Group.EMR_SERVICE, node, "tcp") for node in NODES),
    (Group.EMR_PRIMARY, Group.EMR_SERVICE, "tcp"),
}
SECRETIVE = {Group.DATABASE: {Group.TRACKING}, Group.TRACKING: {Group.BALANCER}, Group.AIRFLOW: {Group.AIRFLOW}}


def test_emr_finds_every_rule_it_would_write() -> None:
    assert {(rule.source, rule.target, rule.ports.protocol) for rule in rules(is_https=True)} >= EMR_WANTS


@pytest.mark.parametrize("group", SECRETIVE)
def test_who_may_open_connections_to(group: Group) -> None:
    assert {rule.source for rule in rules(is_https=True) if rule.target is group} == SECRETIVE[group]


def test_endpoints_answer_and_never_ask() -> None:
    found = rules(is_https=True)
    assert not [rule for rule in found if rule.source is Group.ENDPOINTS]
    assert {(rule.source, rule.ports) for rule in found if rule.target is Group.ENDPOINTS} == {
        (caller, HTTPS) for caller in CALLERS
    }


def test_the_database_and_the_balancer_ask_nobody_else() -> None:
    asked = {(rule.source, rule.target) for rule in rules(is_https=True)}
    assert not [target for source, target in asked if source is Group.DATABASE]
    assert [target for source, target in asked if source is Group.BALANCER] == [Group.TRACKING]
    assert not {Group.DATABASE, Group.BALANCER} & set(CALLERS)


@pytest.mark.parametrize(("is_https", "port"), [(True, 443), (False, 80)])
def test_mlflow_answers_on_one_port(is_https: bool, port: int) -> None:
    ports = {rule.ports for rule in rules(is_https=is_https) if rule.target is Group.BALANCER}
    assert ports == {Ports("tcp", port, port)}


def test_whole_ranges_are_for_nodes_of_one_cluster_and_workers_of_one_job() -> None:
    wide = [rule for rule in rules(is_https=True) if rule.ports.low != rule.ports.high]
    assert {(rule.source, rule.target) for rule in wide} == {
        *((source, target) for source in NODES for target in NODES),
        (Group.JOBS, Group.JOBS),
    }


def test_rules_fit_into_groups_and_their_words_into_ec2() -> None:
    found = rules(is_https=True)
    # Amazon VPC quotas: 60 rules per group and direction; descriptions take these characters.
    assert max(Counter(rule.target for rule in found).values()) < 60
    assert max(Counter(rule.source for rule in found).values()) + len(CALLERS) < 60
    assert all(re.fullmatch(r"[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}", rule.reason) for rule in found)
