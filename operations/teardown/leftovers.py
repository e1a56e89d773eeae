"""What services make by themselves and stacks do not know; each step returns a count."""

import re

from infra.network.placement import Group
from operations.teardown.account import Account

#: Log groups that SageMaker shares among all jobs of an account, so only the environment's streams may go.
_SHARED_LOGS = ("/aws/sagemaker/TrainingJobs", "/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TransformJobs")


def revoke_emr_rules(account: Account) -> int:
    """Take the rules out of EMR's groups: EMR writes some that point at one another and leaves them behind."""
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
    """Delete network interfaces that jobs left: they hold subnets and security groups."""
    ec2 = account.client("ec2")
    by_name = [{"Name": "group-name", "Values": [account.names.resource(group) for group in Group]}]
    groups = account.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=by_name)
    filters = [
        {"Name": "group-id", "Values": [group["GroupId"] for group in groups]},
        {"Name": "status", "Values": ["available"]},
    ]
    if not filters[0]["Values"]:
        return 0
    found = account.pages("ec2", "describe_network_interfaces", "NetworkInterfaces", Filters=filters)
    ids = [each["NetworkInterfaceId"] for each in found]
    for interface in ids:
        ec2.delete_network_interface(NetworkInterfaceId=interface)
    return len(ids)


def delete_airflow_endpoints(account: Account) -> int:
    """Delete the endpoints that `airflow-endpoints` made, once MWAA no longer needs them: they hold the network."""
    if account.names.resource("orchestration") in _stacks(account):
        return 0
    filters = [{"Name": "tag:platform", "Values": [account.names.prefix]}]
    found = account.pages("ec2", "describe_vpc_endpoints", "VpcEndpoints", Filters=filters)
    # Those of the network stack go with it.
    ids = [
        each["VpcEndpointId"]
        for each in found
        if not any(tag["Key"].startswith("aws:cloudformation:") for tag in each["Tags"])
    ]
    if ids:
        account.client("ec2").delete_vpc_endpoints(VpcEndpointIds=ids)
    return len(ids)


def delete_logs(account: Account) -> int:
    """Delete log groups that services named after the environment, and its streams in groups that are shared.

    MWAA writes until its last moment and makes its groups anew; groups of stacks that stay are left alone.
    """
    logs, kept = account.client("logs"), _groups_of_stacks(account)
    own = re.compile(rf"(^|[/-]){re.escape(account.names.prefix)}([/-]|$)")
    groups = [each["logGroupName"] for each in account.pages("logs", "describe_log_groups", "logGroups")]
    mine = [name for name in groups if own.search(name) and name not in kept]
    for name in mine:
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
    return len(mine) + len(streams)


def _groups_of_stacks(account: Account) -> set[str]:
    """The log groups of the environment's stacks that still exist."""
    return {
        resource["PhysicalResourceId"]
        for stack in _stacks(account)
        for resource in account.pages(
            "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack
        )
        if resource["ResourceType"] == "AWS::Logs::LogGroup"
    }


def _stacks(account: Account) -> list[str]:
    tag = {"Key": "platform", "Value": account.names.prefix}
    found = account.pages("cloudformation", "describe_stacks", "Stacks")
    return [stack["StackName"] for stack in found if tag in stack.get("Tags", [])]


def left_over(account: Account) -> list[str]:
    """The ARNs of everything that still carries the environment's tag and is not about to end."""
    tag = {"Key": "platform", "Values": [account.names.prefix]}
    found = account.pages("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList", TagFilters=[tag])
    return sorted(each["ResourceARN"] for each in found if not _is_ending(account, each["ResourceARN"]))


def _is_ending(account: Account, arn: str) -> bool:
    """Whether AWS keeps it for a while, or for ever, without charging for it."""
    service, kind = arn.split(":")[2], arn.split(":")[5].split("/", maxsplit=1)[0]
    match service, kind:
        case "kms", "key":
            state = account.client("kms").describe_key(KeyId=arn)["KeyMetadata"]["KeyState"]
            return bool(state == "PendingDeletion")
        case "secretsmanager", _:
            return "DeletedDate" in account.client("secretsmanager").describe_secret(SecretId=arn)
        case "ecs", "task-definition":
            told = account.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
            return bool(told["status"] == "INACTIVE")
    return False
