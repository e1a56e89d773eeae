"""The endpoints that the owner of an imported VPC has to provide (docs/network.md, "An imported VPC")."""

from collections.abc import Iterator

from operations.doctor.obstacle import Obstacle
from operations.doctor.subject import Subject


def given_endpoint_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield endpoints that workloads call and that the imported VPC lacks, where it is their only way to AWS.

    Endpoints in another VPC, which `endpoint_cidr` says, cannot be examined from this account.
    """
    given = subject.config.network.imported
    if given is None or not given.has_endpoints or given.has_egress or given.endpoint_cidr is not None:
        return
    prefix = f"com.amazonaws.{subject.config.region}."
    filters = [{"Name": "vpc-id", "Values": [given.vpc_id]}]
    pages = subject.client("ec2").get_paginator("describe_vpc_endpoints").paginate(Filters=filters)
    found = {
        endpoint["ServiceName"].removeprefix(prefix): endpoint.get("PrivateDnsEnabled", False)
        for page in pages
        for endpoint in page["VpcEndpoints"]
        if endpoint["State"].lower() == "available"
    }
    called = ["s3", *(endpoint.service for endpoint in subject.config.called_endpoints)]
    if missing := [service for service in called if service not in found]:
        yield Obstacle(
            stage="tracking",
            what=f"{given.vpc_id} has no endpoint of {', '.join(missing)}",
            why="workloads have no other way to these services, so tasks and jobs wait until they time out",
            remedy=[f"ask the owner of {given.vpc_id} for them, or set network.imported.has_endpoints=False"],
        )
    if nameless := [service for service in called if service != "s3" and found.get(service) is False]:
        yield Obstacle(
            stage="tracking",
            what=f"the endpoints of {', '.join(nameless)} in {given.vpc_id} have no private DNS",
            why="workloads call services by their public names",
            remedy=["aws ec2 modify-vpc-endpoint --private-dns-enabled --vpc-endpoint-id <id of each>"],
        )
