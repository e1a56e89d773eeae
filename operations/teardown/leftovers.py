"""Teardown steps that delete resources created by AWS services outside stacks; each returns the number of deletions."""

import re

from infra.network.placement import Group
from jobs.contracts.workloads import WORKLOADS
from operations.teardown.account import Account

#: SageMaker log groups shared by all jobs of an account, in which only the environment's streams are deleted.
_SHARED_LOGS = tuple(workload.log_group for workload in WORKLOADS if workload.log_group)


def revoke_emr_rules(account: Account) -> int:
    """Remove the rules of EMR's security groups: EMR adds rules that refer to each other and does not remove them."""
    ec2, revoked = account.client("ec2"), 0
    names = [account.names.resource(group) for group in (Group.EMR_PRIMARY, Group.EMR_NODES, Group.EMR_SERVICE)]
    filters = [{"Name": "group-name", "Values": names}]
    for group in list(account.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=filters)):
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
        if group["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
        revoked += len(group["IpPermissions"]) + len(group["IpPermissionsEgress"])
    return revoked


def delete_interfaces(account: Account) -> int:
    """Delete unused network interfaces of jobs, which block the deletion of subnets and security groups."""
    ec2 = account.client("ec2")
    by_name = [{"Name": "group-name", "Values": [account.names.resource(group) for group in Group]}]
    groups = account.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=by_name)
    filters = [
        {"Name": "group-id", "Values": [group["GroupId"] for group in groups]},
        {"Name": "status", "Values": ["available"]},
    ]
    if not filters[0]["Values"]:
        return 0
    interfaces = account.pages("ec2", "describe_network_interfaces", "NetworkInterfaces", Filters=filters)
    ids = [each["NetworkInterfaceId"] for each in interfaces]
    for interface in ids:
        ec2.delete_network_interface(NetworkInterfaceId=interface)
    return len(ids)


def delete_airflow_endpoints(account: Account) -> int:
    """Delete the endpoints created by `airflow-endpoints` after MWAA's stack, because they block the VPC's deletion."""
    if account.names.resource("orchestration") in stack_names(account):
        return 0
    filters = [{"Name": "tag:platform", "Values": [account.names.prefix]}]
    endpoints = account.pages("ec2", "describe_vpc_endpoints", "VpcEndpoints", Filters=filters)
    # CloudFormation deletes the endpoints of the network stack.
    ids = [
        each["VpcEndpointId"]
        for each in endpoints
        if not any(tag["Key"].startswith("aws:cloudformation:") for tag in each["Tags"])
    ]
    if ids:
        account.client("ec2").delete_vpc_endpoints(VpcEndpointIds=ids)
    return len(ids)


def delete_logs(account: Account) -> int:
    """Delete the environment's log groups created by services, and its log streams in shared groups.

    Log groups of existing stacks are kept. MWAA writes logs, and recreates its groups, until it is deleted.
    """
    logs, of_stacks = account.client("logs"), _groups_of_stacks(account)
    pattern = re.compile(rf"(^|[/-]){re.escape(account.names.prefix)}([/-]|$)")
    groups = [each["logGroupName"] for each in account.pages("logs", "describe_log_groups", "logGroups")]
    own_groups = [name for name in groups if pattern.search(name) and name not in of_stacks]
    for name in own_groups:
        logs.delete_log_group(logGroupName=name)
    streams = [
        (group, stream["logStreamName"])
        for group in _SHARED_LOGS
        if group in groups
        for stream in account.pages(
            "logs", "describe_log_streams", "logStreams", logGroupName=group, logStreamNamePrefix=account.prefix
        )
    ]
    for group, stream in streams:
        logs.delete_log_stream(logGroupName=group, logStreamName=stream)
    return len(own_groups) + len(streams)


def _groups_of_stacks(account: Account) -> set[str]:
    """Return the log groups of the environment's existing stacks."""
    return {
        resource["PhysicalResourceId"]
        for stack in stack_names(account)
        for resource in account.pages(
            "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack
        )
        if resource["ResourceType"] == "AWS::Logs::LogGroup"
    }


def stack_names(account: Account) -> list[str]:
    """Return the names of the environment's existing stacks."""
    tag = {"Key": "platform", "Value": account.names.prefix}
    stacks = account.pages("cloudformation", "describe_stacks", "Stacks")
    return [stack["StackName"] for stack in stacks if tag in stack.get("Tags", [])]


def remaining_resources(account: Account) -> list[str]:
    """Return the ARNs of all resources with the environment's tag, except those that AWS is already deleting."""
    tag = {"Key": "platform", "Values": [account.names.prefix]}
    resources = account.pages("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList", TagFilters=[tag])
    return sorted(each["ResourceARN"] for each in resources if not _is_being_deleted(account, each["ResourceARN"]))


def _is_being_deleted(account: Account, arn: str) -> bool:
    """Return whether the resource is deleted or inactive, and kept by AWS without charge."""
    service, resource = arn.split(":")[2], arn.split(":")[5].split("/", maxsplit=1)[0]
    match service, resource:
        case "kms", "key":
            state = account.client("kms").describe_key(KeyId=arn)["KeyMetadata"]["KeyState"]
            return bool(state == "PendingDeletion")
        case "secretsmanager", _:
            return "DeletedDate" in account.client("secretsmanager").describe_secret(SecretId=arn)
        case "ecs", "task-definition":
            definition = account.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
            return bool(definition["status"] == "INACTIVE")
        case "ecs", "service":
            return _is_deleted_service(account, arn)
    return False


def _is_deleted_service(account: Account, arn: str) -> bool:
    """Return whether ECS keeps the service as inactive only, which it does for some time after its deletion."""
    ecs, cluster = account.client("ecs"), arn.split("/")[1]
    try:
        services = ecs.describe_services(cluster=cluster, services=[arn])["services"]
    except ecs.exceptions.ClusterNotFoundException:
        return True
    return all(service["status"] == "INACTIVE" for service in services)
