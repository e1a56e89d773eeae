"""The internal load balancer of MLflow and its private DNS name."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from infra.config.service_config import RetentionConfig, TrackingConfig
from infra.lake.access_logs import BALANCER_LOGS
from infra.names import PlatformNames
from infra.network.rules import TRACKING_PORT
from infra.security.permissions import acknowledge_conformance
from infra.tracking.idle import BALANCER_SECONDS
from infra.tracking.private_name import add_private_name

_HEALTH_CHECK = elb.HealthCheck(
    path="/health", protocol=elb.Protocol.HTTPS, interval=Duration.seconds(15), timeout=Duration.seconds(10)
)


@dataclass(frozen=True, kw_only=True)
class TrackingNetwork:
    """The subnets and security groups of MLflow."""

    vpc: ec2.IVpc
    subnets: Sequence[ec2.ISubnet]
    balancer: ec2.ISecurityGroup
    tasks: ec2.ISecurityGroup

    @property
    def selection(self) -> ec2.SubnetSelection:
        """The subnets as a CDK selection."""
        return ec2.SubnetSelection(subnets=list(self.subnets))


class TrackingBalancer(Construct):
    """An internal load balancer whose only listener is HTTPS if the environment has a certificate, otherwise HTTP."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        config: TrackingConfig,
        retention: RetentionConfig,
        network: TrackingNetwork,
        service: ecs.FargateService,
    ) -> None:
        super().__init__(scope, construct_id)
        self.balancer = elb.ApplicationLoadBalancer(
            self,
            "Resource",
            load_balancer_name=names.resource("tracking"),
            vpc=network.vpc,
            vpc_subnets=network.selection,
            security_group=network.balancer,
            internet_facing=False,
            deletion_protection=retention.keeps_data,
            idle_timeout=Duration.seconds(BALANCER_SECONDS),
            drop_invalid_header_fields=True,
            desync_mitigation_mode=elb.DesyncMitigationMode.STRICTEST,
        )
        _write_access_logs(self.balancer, names)
        self.targets = _listener(self.balancer, config).add_targets(
            "Tasks",
            port=TRACKING_PORT,
            # Tasks generate their own certificate, so traffic between load balancer and task is encrypted too.
            protocol=elb.ApplicationProtocol.HTTPS,
            targets=[service],
            deregistration_delay=Duration.seconds(30),
            health_check=_HEALTH_CHECK,
        )
        _accept(self.balancer, config, retention)
        add_private_name(self, config=config, vpc=network.vpc, balancer=self.balancer)


def _write_access_logs(balancer: elb.ApplicationLoadBalancer, names: PlatformNames) -> None:
    # The bucket policy of the data stack allows load balancers to write; CDK's `log_access_logs` would add that policy
    # in this stack.
    for attribute, value in (
        ("enabled", "true"),
        ("bucket", names.system_bucket("access-logs")),
        ("prefix", BALANCER_LOGS),
    ):
        balancer.set_attribute(f"access_logs.s3.{attribute}", value)


def _listener(balancer: elb.ApplicationLoadBalancer, config: TrackingConfig) -> elb.ApplicationListener:
    if config.certificate_arn is None:
        return balancer.add_listener("Http", port=80, protocol=elb.ApplicationProtocol.HTTP, open=False)
    certificate = acm.Certificate.from_certificate_arn(balancer, "Certificate", config.certificate_arn)
    return balancer.add_listener(
        "Https",
        port=443,
        protocol=elb.ApplicationProtocol.HTTPS,
        certificates=[certificate],
        ssl_policy=elb.SslPolicy.TLS13_RES,
        open=False,
    )


def _accept(balancer: elb.ApplicationLoadBalancer, config: TrackingConfig, retention: RetentionConfig) -> None:
    if config.certificate_arn is None:
        reason = (
            "development without a certificate: reachable inside the VPC only; other environments refuse to be built so"
        )
        acknowledge_conformance(balancer, "ALBHttpToHttpsRedirection", reason)
        acknowledge_conformance(balancer, "ELBv2ACMCertificateRequired", reason)
    if not retention.keeps_data:
        reason = "retention.keeps_data lets this environment go with its stacks"
        acknowledge_conformance(balancer, "ELBDeletionProtectionEnabled", reason)
