"""What exists, asked of each service's own API: a stack's status says only what an emulator wishes to be true."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import jmespath
from botocore.exceptions import ClientError

Inventory = dict[str, Counter[str]]
#: How S3 and Lambda say that there is no policy.
_WITHOUT_POLICY = ("NoSuchBucketPolicy", "ResourceNotFoundException")


@dataclass(frozen=True)
class Listing:
    """One call that lists resources: `found` reads their ids, of which `is_tail` keeps what follows the last slash.

    With `of` and `by` the call is made once for each id of another listing; `asks` is what else it needs.
    """

    service: str
    operation: str
    found: str
    of: "Listing | None" = None
    by: str = ""
    is_tail: bool = False
    asks: Mapping[str, Any] = field(default_factory=dict)

    def ids(self, session: boto3.Session, endpoint: str) -> list[str]:
        """The ids that the service tells."""
        client = session.client(self.service, endpoint_url=endpoint)
        parents = [{self.by: each} for each in self.of.ids(session, endpoint)] if self.of else [{}]
        requests = [{**parent, **self.asks} for parent in parents]
        found = [str(item) for request in requests for item in self._listed(client, request)]
        return [each.rpartition("/")[2] for each in found] if self.is_tail else found

    def _listed(self, client: Any, request: Mapping[str, Any]) -> Iterable[Any]:
        try:
            if client.can_paginate(self.operation):
                pages = client.get_paginator(self.operation).paginate(**request)
                return [item for page in pages for item in jmespath.search(self.found, page) or []]
            return jmespath.search(self.found, getattr(client, self.operation)(**request)) or []
        except ClientError as error:
            if error.response["Error"]["Code"] in _WITHOUT_POLICY:
                return []
            raise


_BUCKETS = Listing("s3", "list_buckets", "Buckets[].Name")
_TOPICS = Listing("sns", "list_topics", "Topics[].TopicArn")
_DATABASES = Listing("glue", "get_databases", "DatabaseList[].Name")
_FUNCTIONS = Listing("lambda", "list_functions", "Functions[].FunctionName")
_CLUSTERS = Listing("ecs", "list_clusters", "clusterArns", is_tail=True)
_BALANCERS = Listing("elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerArn")
_ZONES = Listing("route53", "list_hosted_zones", "HostedZones[].Id", is_tail=True)
_QUEUES = Listing("sqs", "list_queues", "QueueUrls")
_KEYS = Listing("kms", "list_keys", "Keys[].KeyId")
_ASSOCIATIONS = "RouteTables[].Associations[].RouteTableAssociationId"
#: A deleted key waits for its end; only a usable one counts as there.
_USABLE_KEY = "[KeyMetadata][?KeyState=='Enabled'].KeyId"

#: By type, how its physical ids are listed.
LISTINGS = {
    "AWS::Athena::WorkGroup": Listing("athena", "list_work_groups", "WorkGroups[].Name"),
    "AWS::Backup::BackupPlan": Listing("backup", "list_backup_plans", "BackupPlansList[].BackupPlanId"),
    "AWS::Backup::BackupVault": Listing("backup", "list_backup_vaults", "BackupVaultList[].BackupVaultName"),
    "AWS::CloudWatch::Alarm": Listing("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    "AWS::CloudWatch::Dashboard": Listing("cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
    "AWS::EC2::RouteTable": Listing("ec2", "describe_route_tables", "RouteTables[].RouteTableId"),
    "AWS::EC2::SecurityGroup": Listing("ec2", "describe_security_groups", "SecurityGroups[].GroupId"),
    "AWS::EC2::Subnet": Listing("ec2", "describe_subnets", "Subnets[].SubnetId"),
    "AWS::EC2::SubnetRouteTableAssociation": Listing("ec2", "describe_route_tables", _ASSOCIATIONS),
    "AWS::EC2::VPC": Listing("ec2", "describe_vpcs", "Vpcs[].VpcId"),
    "AWS::EC2::VPCEndpoint": Listing("ec2", "describe_vpc_endpoints", "VpcEndpoints[].VpcEndpointId"),
    "AWS::ECS::Cluster": _CLUSTERS,
    "AWS::ECS::Service": Listing("ecs", "list_services", "serviceArns", _CLUSTERS, "cluster"),
    "AWS::ECS::TaskDefinition": Listing("ecs", "list_task_definitions", "taskDefinitionArns"),
    "AWS::ElasticLoadBalancingV2::Listener": Listing(
        "elbv2", "describe_listeners", "Listeners[].ListenerArn", _BALANCERS, "LoadBalancerArn"
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _BALANCERS,
    "AWS::ElasticLoadBalancingV2::TargetGroup": Listing(
        "elbv2", "describe_target_groups", "TargetGroups[].TargetGroupArn"
    ),
    "AWS::Events::Rule": Listing("events", "list_rules", "Rules[].Name"),
    "AWS::Glue::Database": _DATABASES,
    "AWS::Glue::Table": Listing("glue", "get_tables", "TableList[].Name", _DATABASES, "DatabaseName"),
    "AWS::IAM::InstanceProfile": Listing("iam", "list_instance_profiles", "InstanceProfiles[].Arn"),
    "AWS::IAM::ManagedPolicy": Listing("iam", "list_policies", "Policies[].Arn"),
    "AWS::IAM::Role": Listing("iam", "list_roles", "Roles[].RoleName"),
    "AWS::KMS::Alias": Listing("kms", "list_aliases", "Aliases[].AliasName"),
    "AWS::KMS::Key": Listing("kms", "describe_key", _USABLE_KEY, _KEYS, "KeyId"),
    "AWS::Lambda::Function": _FUNCTIONS,
    "AWS::Lambda::Permission": Listing("lambda", "get_policy", "[Policy]", _FUNCTIONS, "FunctionName"),
    "AWS::Logs::LogGroup": Listing("logs", "describe_log_groups", "logGroups[].logGroupName"),
    "AWS::Logs::MetricFilter": Listing("logs", "describe_metric_filters", "metricFilters[].filterName"),
    "AWS::RDS::DBInstance": Listing("rds", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"),
    "AWS::RDS::DBParameterGroup": Listing(
        "rds", "describe_db_parameter_groups", "DBParameterGroups[].DBParameterGroupName"
    ),
    "AWS::RDS::DBSubnetGroup": Listing("rds", "describe_db_subnet_groups", "DBSubnetGroups[].DBSubnetGroupName"),
    "AWS::Route53::HostedZone": _ZONES,
    "AWS::Route53::RecordSet": Listing(
        "route53", "list_resource_record_sets", "ResourceRecordSets[].Name", _ZONES, "HostedZoneId"
    ),
    "AWS::S3::Bucket": _BUCKETS,
    "AWS::S3::BucketPolicy": Listing("s3", "get_bucket_policy", "[Policy]", _BUCKETS, "Bucket"),
    "AWS::SNS::Subscription": Listing("sns", "list_subscriptions", "Subscriptions[].SubscriptionArn"),
    "AWS::SNS::Topic": _TOPICS,
    "AWS::SNS::TopicPolicy": Listing("sns", "get_topic_attributes", "[Attributes.Policy]", _TOPICS, "TopicArn"),
    "AWS::SQS::Queue": _QUEUES,
    "AWS::SQS::QueuePolicy": Listing(
        "sqs",
        "get_queue_attributes",
        "[Attributes.Policy][?@]",
        _QUEUES,
        "QueueUrl",
        asks={"AttributeNames": ["Policy"]},
    ),
    "AWS::SSM::Parameter": Listing("ssm", "describe_parameters", "Parameters[].Name"),
    "AWS::SecretsManager::Secret": Listing("secretsmanager", "list_secrets", "SecretList[].Name"),
    "AWS::WAFv2::WebACL": Listing(
        "wafv2", "list_web_acls", "WebACLs[].join('|', [Name, Id, 'REGIONAL'])", asks={"Scope": "REGIONAL"}
    ),
}

#: Documents without an id of their own: they are counted.
WITHOUT_ID = {"AWS::Lambda::Permission", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"}


def take_inventory(session: boto3.Session, endpoint: str) -> Inventory:
    """The ids of all that exists, by type."""
    return {kind: Counter(listing.ids(session, endpoint)) for kind, listing in LISTINGS.items()}


def missing(expected: Mapping[str, Counter[str]], before: Inventory, now: Inventory) -> dict[str, list[str]]:
    """By type, what was expected and is not there beside what was there before."""
    found = {}
    for kind, ids in expected.items():
        if kind in WITHOUT_ID:
            lacking = ids.total() - (now[kind] - before[kind]).total()
            names = [f"{lacking} of {ids.total()}"] if lacking > 0 else []
        else:
            names = sorted((ids - (now[kind] - before[kind])).elements())
        if names:
            found[kind] = names
    return found
