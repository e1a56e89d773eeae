"""The name by which clients in the VPC find MLflow's load balancer."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as route53_targets
from constructs import Construct

from infra.config.service_config import TrackingConfig


def add_private_name(
    scope: Construct, *, config: TrackingConfig, vpc: ec2.IVpc, balancer: elb.IApplicationLoadBalancer
) -> None:
    """Add the record of the host to the configured zone, or to a zone of the VPC that consists of this name only.

    A zone hides all public names below its own, so one of the whole domain would hide what its owner publishes.
    """
    target = route53.RecordTarget.from_alias(route53_targets.LoadBalancerTarget(balancer))
    zone: route53.IHostedZone
    if config.zone is None:
        zone = route53.PrivateHostedZone(scope, "Zone", zone_name=config.host, vpc=vpc)
    else:
        zone = route53.PrivateHostedZone.from_hosted_zone_attributes(
            scope, "Zone", hosted_zone_id=config.zone.zone_id, zone_name=config.zone.name
        )
    route53.ARecord(scope, "Record", zone=zone, record_name=config.host, target=target)
