from typing import Any

from infra.network.placement import Group
from operations.teardown import leftovers
from operations.teardown.account import Account
from tests.operations.teardown.conftest import NAMES, stack, stubbed


def network(account: Account) -> tuple[str, dict[str, str]]:
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    names = [*(NAMES.resource(group) for group in Group), "somebody-else"]
    return subnet, {
        name: ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"] for name in names
    }


def rules(account: Account, group_id: str) -> int:
    (group,) = account.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    return len(group["IpPermissions"]) + len(group["IpPermissionsEgress"])


def test_groups_of_emr_that_point_at_one_another_can_be_deleted_afterwards(account: Account) -> None:
    ec2, (_, groups) = account.client("ec2"), network(account)
    primary, nodes = groups[NAMES.resource(Group.EMR_PRIMARY)], groups[NAMES.resource(Group.EMR_NODES)]
    for one, other in ((primary, nodes), (nodes, primary)):
        pair: dict[str, Any] = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": other}]}
        ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=[pair])
    jobs = groups[NAMES.resource(Group.JOBS)]
    assert leftovers.revoke_emr_rules(account) == 2 + 3
    assert [rules(account, each) for each in (primary, nodes)] == [0, 0]
    assert rules(account, jobs) == 1
    for each in (primary, nodes):
        ec2.delete_security_group(GroupId=each)


def test_interfaces_that_nobody_uses_go_and_those_of_others_stay(account: Account) -> None:
    ec2, (subnet, groups) = account.client("ec2"), network(account)
    mine = ec2.create_network_interface(SubnetId=subnet, Groups=[groups[NAMES.resource(Group.JOBS)]])
    other = ec2.create_network_interface(SubnetId=subnet, Groups=[groups["somebody-else"]])
    assert leftovers.delete_interfaces(account) == 1
    left = {each["NetworkInterfaceId"] for each in ec2.describe_network_interfaces()["NetworkInterfaces"]}
    assert other["NetworkInterface"]["NetworkInterfaceId"] in left
    assert mine["NetworkInterface"]["NetworkInterfaceId"] not in left


def test_without_a_network_there_are_no_interfaces(account: Account) -> None:
    assert leftovers.delete_interfaces(account) == 0


def test_endpoints_made_for_mwaa_go_once_its_stack_is_gone(account: Account) -> None:
    ec2, (subnet, _) = account.client("ec2"), network(account)
    (vpc,) = {each["VpcId"] for each in ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]}
    made = {}
    for name, keys in {"by hand": ["platform"], "by a stack": ["platform", "aws:cloudformation:stack-name"]}.items():
        tags = [{"Key": key, "Value": "mlops-dev"} for key in keys]
        endpoint = ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=vpc,
            ServiceName=f"com.amazonaws.{NAMES.region}.sqs",
            SubnetIds=[subnet],
            TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tags}],
        )
        made[name] = endpoint["VpcEndpoint"]["VpcEndpointId"]
    stack(account, "mlops-dev-orchestration", {"Topic": {"Type": "AWS::SNS::Topic"}}, "mlops-dev")
    assert leftovers.delete_airflow_endpoints(account) == 0
    account.client("cloudformation").delete_stack(StackName="mlops-dev-orchestration")
    assert leftovers.delete_airflow_endpoints(account) == 1
    states = {each["VpcEndpointId"]: each["State"] for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]}
    assert states.get(made["by hand"], "deleted") == "deleted"
    assert states[made["by a stack"]] == "available"


def test_logs_of_services_go_and_those_of_stacks_that_stay_do_not(account: Account) -> None:
    logs = account.client("logs")
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/mlops-dev/tracking"}}
    stack(account, "mlops-dev-tracking", {"Logs": group}, "mlops-dev")
    own = ("airflow-mlops-dev-Task", "/aws/ecs/containerinsights/mlops-dev-tracking/performance")
    for name in (*own, "/mlops-develop/app", "airflow-mlops-prod-Task", "/aws/sagemaker/TrainingJobs"):
        logs.create_log_group(logGroupName=name)
    for stream in ("mlops-dev-a/algo-1", "mlops-prod-a/algo-1"):
        logs.create_log_stream(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream)
    assert leftovers.delete_logs(account) == len(own) + 1
    left = {each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]}
    assert left == {
        "/mlops-dev/tracking",
        "/mlops-develop/app",
        "airflow-mlops-prod-Task",
        "/aws/sagemaker/TrainingJobs",
    }
    (stream,) = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs")["logStreams"]
    assert stream["logStreamName"] == "mlops-prod-a/algo-1"


def test_what_still_carries_the_tag_is_left_over(account: Account) -> None:
    s3 = account.client("s3")
    for name, platform in (("one", "mlops-dev"), ("two", "mlops-prod")):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "platform", "Value": platform}]})
    assert leftovers.remaining_resources(account) == ["arn:aws:s3:::one"]


def test_keys_and_secrets_that_wait_for_their_end_are_not_left_over(account: Account) -> None:
    kms, secrets = account.client("kms"), account.client("secretsmanager")
    tag = {"Key": "platform", "Value": "mlops-dev"}
    keys = [kms.create_key(Tags=[{"TagKey": tag["Key"], "TagValue": tag["Value"]}])["KeyMetadata"] for _ in range(2)]
    kept, gone = (secrets.create_secret(Name=name, SecretString="s", Tags=[tag])["ARN"] for name in ("kept", "gone"))
    assert leftovers.remaining_resources(account) == sorted([*(key["Arn"] for key in keys), kept, gone])
    kms.schedule_key_deletion(KeyId=keys[0]["KeyId"])
    secrets.delete_secret(SecretId="gone")
    assert leftovers.remaining_resources(account) == sorted([keys[1]["Arn"], kept])


def test_a_service_that_ecs_keeps_as_inactive_is_not_left_over(account: Account) -> None:
    ecs = account.client("ecs")
    ecs.create_cluster(clusterName="mlops-dev-tracking")
    ecs.register_task_definition(
        family="mlflow", containerDefinitions=[{"name": "mlflow", "image": "i", "memory": 512}]
    )
    service = ecs.create_service(
        cluster="mlops-dev-tracking", serviceName="mlops-dev-tracking", taskDefinition="mlflow", desiredCount=0
    )["service"]["serviceArn"]
    answer = {"ResourceTagMappingList": [{"ResourceARN": service, "Tags": []}]}
    request = {"TagFilters": [{"Key": "platform", "Values": ["mlops-dev"]}]}
    tags, _ = stubbed("resourcegroupstaggingapi", *[("get_resources", answer, request)] * 3)
    in_both = Account(
        names=account.names,
        client=lambda name: (tags if name == "resourcegroupstaggingapi" else account).client(name),
        pause=account.pause,
    )

    assert leftovers.remaining_resources(in_both) == [service]
    ecs.delete_service(cluster="mlops-dev-tracking", service="mlops-dev-tracking", force=True)
    assert leftovers.remaining_resources(in_both) == []
    ecs.delete_cluster(cluster="mlops-dev-tracking")
    assert leftovers.remaining_resources(in_both) == []
