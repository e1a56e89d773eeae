"""The web application firewall in front of MLflow."""

from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.config.service_config import RetentionConfig
from infra.log_group import log_group
from infra.names import PlatformNames

#: Requests of one address in five minutes; a training job logs in batches and stays far below.
_LIMIT = 10_000
#: Rules that match legitimate requests and therefore count only. Bodies are artifacts and metric batches, not web
#: forms; paths and arguments name artifacts such as `train.log`; the metrics of a hundred runs are one query of 4 kB
#: (rules: WAF developer guide, "Baseline rule groups", read 2026-11-29).
_COUNTED = (
    "RestrictedExtensions_URIPATH",
    "RestrictedExtensions_QUERYARGUMENTS",
    "SizeRestrictions_QUERYSTRING",
    "SizeRestrictions_BODY",
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
)


class TrackingFirewall(Construct):
    """A web ACL of the load balancer: AWS's common and known-bad-inputs rules, a rate limit per address, a log."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        retention: RetentionConfig,
        balancer: elb.IApplicationLoadBalancer,
        log_key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        name = names.resource("tracking")
        acl = wafv2.CfnWebACL(
            self,
            "Resource",
            name=name,
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visibility(name),
            rules=[
                _managed("AWSManagedRulesCommonRuleSet", 0, counted=_COUNTED),
                _managed("AWSManagedRulesKnownBadInputsRuleSet", 1),
                _rate(2),
            ],
        )
        wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=balancer.load_balancer_arn, web_acl_arn=acl.attr_arn
        )
        group = names.firewall_log_group
        logs = log_group(self, "Logs", name=group, days=retention.log_days, key=log_key)
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=acl.attr_arn,
            log_destination_configs=[names.log_group_arn(group)],
            # Keep credentials out of the log.
            redacted_fields=[
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": "authorization"})
            ],
        ).node.add_dependency(logs)


def _managed(name: str, priority: int, counted: tuple[str, ...] = ()) -> wafv2.CfnWebACL.RuleProperty:
    group = wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
        name=name,
        vendor_name="AWS",
        rule_action_overrides=[
            wafv2.CfnWebACL.RuleActionOverrideProperty(
                name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
            )
            for rule in counted
        ],
    )
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        statement=wafv2.CfnWebACL.StatementProperty(managed_rule_group_statement=group),
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        visibility_config=_visibility(name),
    )


def _rate(priority: int) -> wafv2.CfnWebACL.RuleProperty:
    limit = wafv2.CfnWebACL.RateBasedStatementProperty(limit=_LIMIT, aggregate_key_type="IP")
    return wafv2.CfnWebACL.RuleProperty(
        name="rate",
        priority=priority,
        statement=wafv2.CfnWebACL.StatementProperty(rate_based_statement=limit),
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        visibility_config=_visibility("rate"),
    )


def _visibility(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    # Sampled requests would contain complete headers and therefore passwords.
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
