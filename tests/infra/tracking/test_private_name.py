from dataclasses import replace

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk.assertions import Match, Template

from infra.config.hosted_zone import ExistingZone
from infra.config.service_config import TrackingConfig
from infra.environments import DEV
from infra.tracking.private_name import add_private_name

ALIAS = {"DNSName": Match.any_value(), "HostedZoneId": {"Fn::GetAtt": [Match.any_value(), "CanonicalHostedZoneID"]}}


def template(config: TrackingConfig) -> Template:
    stack = cdk.Stack()
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    balancer = elb.ApplicationLoadBalancer(stack, "Balancer", vpc=vpc)
    add_private_name(stack, config=config, vpc=vpc, balancer=balancer)
    return Template.from_stack(stack)


def test_a_zone_of_the_vpc_consists_of_the_host_alone() -> None:
    made = template(DEV.tracking)
    zone = {"Name": f"{DEV.tracking.host}.", "VPCs": [{"VPCId": {"Ref": Match.any_value()}}]}
    made.has_resource_properties("AWS::Route53::HostedZone", Match.object_like(zone))
    made.resource_count_is("AWS::Route53::RecordSet", 1)
    record = {"Name": f"{DEV.tracking.host}.", "Type": "A", "AliasTarget": ALIAS}
    made.has_resource_properties("AWS::Route53::RecordSet", record)


def test_an_existing_zone_gets_one_record() -> None:
    zone = ExistingZone(zone_id="Z0123456789ABCDEFGHIJ", name="mlops.internal")
    made = template(replace(DEV.tracking, zone=zone))
    made.resource_count_is("AWS::Route53::HostedZone", 0)
    record = {"Name": f"{DEV.tracking.host}.", "HostedZoneId": zone.zone_id, "AliasTarget": ALIAS}
    made.has_resource_properties("AWS::Route53::RecordSet", record)
