"""Make a first deployment repeatable after stacks failed to be created.

The CDK CLI protects a stack from deletion before it creates its resources, and before the next deployment it deletes a
stack whose creation was rolled back, which the protection then prevents. Some resources also survive a rollback: a
database or load balancer with deletion protection, a bucket into which a service has written, and log groups that
services create again.
Their literal names would make the next creation fail.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from common.errors import PlatformError
from common.resource_types import resource_types
from operations.teardown.account import Account
from operations.teardown.data import empty_bucket

#: States of a stack whose only operation, its creation, was rolled back. A stack that was ever complete has others.
FAILED_CREATION = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


@dataclass(frozen=True, kw_only=True)
class FailedStack:
    """A stack of the environment whose creation was rolled back."""

    name: str
    created: datetime
    is_protected: bool


def failed_stacks(account: Account) -> list[FailedStack]:
    """Return the stacks of the environment whose creation was rolled back."""
    tag = {"Key": "platform", "Value": account.names.prefix}
    stacks = account.pages("cloudformation", "describe_stacks", "Stacks")
    return [
        FailedStack(
            name=stack["StackName"],
            created=stack["CreationTime"],
            is_protected=stack.get("EnableTerminationProtection", False),
        )
        for stack in stacks
        if stack["StackStatus"] in FAILED_CREATION and tag in stack.get("Tags", [])
    ]


def clear_failed_creations(account: Account) -> Iterator[str]:
    """Prepare the failed stacks for the CDK CLI, which deletes and creates them; yield a line for each change.

    Stacks that were ever complete are not touched. Raises PlatformError if a resource of a failed stack is older than
    the stack, because then it holds data of an earlier deployment, and if something remains that cannot be deleted.
    """
    for stack in failed_stacks(account):
        try:
            yield from _remove_remaining(account, stack)
            if stack.is_protected:
                client = account.client("cloudformation")
                client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
                yield f"{stack.name}: termination protection is off, because its creation was rolled back"
        except ClientError as error:
            raise PlatformError(
                f"{stack.name}: its creation was rolled back and left resources that this caller cannot delete "
                f"({error.operation_name}: {error.response['Error']['Code']}); run `python -m cli clear-failed "
                f"{account.names.environment}` with the permissions of an administrator, then deploy again"
            ) from error


def delete_failed_stacks(account: Account) -> int:
    """Delete the stacks whose creation was rolled back, with what the rollback left; returns their number."""
    for _ in clear_failed_creations(account):
        pass
    names = [stack.name for stack in failed_stacks(account)]
    for name in names:
        account.client("cloudformation").delete_stack(StackName=name)
    for name in names:
        account.wait(f"deletion of stack {name}", lambda each=name: each not in _existing(account))  # type: ignore[misc]
    return len(names)


def _existing(account: Account) -> set[str]:
    stacks = account.pages("cloudformation", "describe_stacks", "Stacks")
    return {stack["StackName"] for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"}


def _remove_remaining(account: Account, stack: FailedStack) -> Iterator[str]:
    """Delete the resources that survived the rollback and whose names the next creation needs."""
    summaries = account.pages("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack.name)
    for resource in list(summaries):
        type_name, name = resource["ResourceType"], resource.get("PhysicalResourceId")
        if not name:
            continue
        if type_name in REMAINING:
            exists, remove = REMAINING[type_name]
            if exists(account, name):
                remove(account, stack, name)
                yield f"{stack.name}: {type_name} {name}, which its rolled back creation left, is deleted"
        elif resource["ResourceStatus"] == "DELETE_FAILED" and resource_types()[type_name].stateful:
            # Deleting the stack would retain it.
            raise PlatformError(
                f"{stack.name}: its creation was rolled back and left {type_name} {name} "
                f"({resource.get('ResourceStatusReason', 'without a reason')}); remove the cause, delete it, "
                "and deploy again"
            )


def _bucket_exists(account: Account, name: str) -> bool:
    return name in {bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]}


def _remove_bucket(account: Account, stack: FailedStack, name: str) -> None:
    """Delete a bucket that the failed creation made, with what services wrote to it meanwhile."""
    s3 = account.client("s3")
    versions = account.pages("s3", "list_object_versions", "Versions", Bucket=name)
    _require_newer(stack, name, [each["LastModified"] for each in versions])
    empty_bucket(account, name)
    s3.delete_bucket(Bucket=name)


def _database_exists(account: Account, name: str) -> bool:
    instances = account.pages("rds", "describe_db_instances", "DBInstances")
    return name in {instance["DBInstanceIdentifier"] for instance in instances}


def _remove_database(account: Account, stack: FailedStack, name: str) -> None:
    rds = account.client("rds")
    (instance,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    _require_newer(stack, name, [instance["InstanceCreateTime"]] if "InstanceCreateTime" in instance else [])
    rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False, ApplyImmediately=True)
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True, DeleteAutomatedBackups=True)
    account.wait(f"deletion of database {name}", lambda: not _database_exists(account, name))


def _balancer_exists(account: Account, arn: str) -> bool:
    balancers = account.pages("elbv2", "describe_load_balancers", "LoadBalancers")
    return arn in {balancer["LoadBalancerArn"] for balancer in balancers}


def _remove_balancer(account: Account, _: FailedStack, arn: str) -> None:
    client = account.client("elbv2")
    unprotected = [{"Key": "deletion_protection.enabled", "Value": "false"}]
    client.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=unprotected)
    client.delete_load_balancer(LoadBalancerArn=arn)
    account.wait(f"deletion of load balancer {arn}", lambda: not _balancer_exists(account, arn))


def _log_group_exists(account: Account, name: str) -> bool:
    groups = account.pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=name)
    return name in {group["logGroupName"] for group in groups}


def _remove_log_group(account: Account, _: FailedStack, name: str) -> None:
    account.client("logs").delete_log_group(logGroupName=name)


def _require_newer(stack: FailedStack, name: str, times: list[datetime]) -> None:
    """Raise PlatformError if something is older than the stack: an import brought it in, and it must not be lost."""
    if any(time < stack.created for time in times):
        raise PlatformError(
            f"{stack.name}: its failed creation left {name}, which holds data older than the stack of "
            f"{stack.created:%Y-%m-%d %H:%M}; only data of the failed creation is deleted; keep it by deploying with "
            "OPTIONS=--import-existing-resources, or delete it by hand"
        )


#: What can survive a rollback: whether it exists, and how it is deleted.
REMAINING: dict[str, tuple[Callable[[Account, str], bool], Callable[[Account, FailedStack, str], None]]] = {
    "AWS::S3::Bucket": (_bucket_exists, _remove_bucket),
    "AWS::RDS::DBInstance": (_database_exists, _remove_database),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (_balancer_exists, _remove_balancer),
    "AWS::Logs::LogGroup": (_log_group_exists, _remove_log_group),
}
