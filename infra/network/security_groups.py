"""Who may talk to whom inside the VPC: every security group and every rule in one place."""

from aws_cdk import Tags
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.names import PlatformNames
from infra.network.placement import EMR_TAG, Group

#: Not PostgreSQL's own port, which scanners try first.
DATABASE_PORT = 5433
TRACKING_PORT = 5000


_DESCRIPTIONS = {
    Group.ENDPOINTS: "Interface endpoints",
    Group.AIRFLOW: "MWAA schedulers, workers and web servers",
    Group.JOBS: "SageMaker and EMR Serverless jobs",
    Group.EMR_PRIMARY: "Primary nodes of EMR clusters",
    Group.EMR_NODES: "Core and task nodes of EMR clusters",
    Group.EMR_SERVICE: "EMR control plane",
    Group.BALANCER: "Load balancer of MLflow",
    Group.TRACKING: "MLflow tasks",
    Group.DATABASE: "Database of MLflow",
}


class SecurityGroups(Construct):
    """The groups of all workloads; nothing outside the VPC may enter any of them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, names: PlatformNames, vpc: ec2.IVpc, cidr: str, is_https: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self._names, self._vpc = names, vpc
        self.groups = {group: self._group(group, description) for group, description in _DESCRIPTIONS.items()}
        for group in (Group.EMR_PRIMARY, Group.EMR_NODES, Group.EMR_SERVICE):
            Tags.of(self.groups[group]).add(EMR_TAG, "true")
        self._allow(cidr, is_https)

    def _allow(self, cidr: str, is_https: bool) -> None:
        (endpoints, airflow, jobs, emr_primary, emr_nodes, emr_service, balancer, tracking, database) = (
            self.groups[group] for group in Group
        )
        https, postgres = ec2.Port.tcp(443), ec2.Port.tcp(5432)
        endpoints.add_ingress_rule(ec2.Peer.ipv4(cidr), https, "AWS APIs from anywhere in the VPC")
        # MWAA's components reach one another and its managed database through these two ports.
        for port in (https, postgres):
            airflow.add_ingress_rule(airflow, port, "Parts of MWAA among themselves")
        emr_service.add_ingress_rule(emr_primary, ec2.Port.tcp(9443), "Cluster manager of EMR")
        web = https if is_https else ec2.Port.tcp(80)
        for client in (airflow, jobs, emr_primary, emr_nodes):
            balancer.add_ingress_rule(client, web, "Jobs and DAGs track their work")
        jobs.add_ingress_rule(jobs, ec2.Port.all_tcp(), "Workers of one distributed job")
        tracking.add_ingress_rule(balancer, ec2.Port.tcp(TRACKING_PORT), "MLflow behind its balancer")
        database.add_ingress_rule(tracking, ec2.Port.tcp(DATABASE_PORT), "Metadata of MLflow")

    def _group(self, purpose: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self,
            purpose,
            vpc=self._vpc,
            security_group_name=self._names.resource(purpose),
            description=description,
            # The subnets have no way out; egress rules would only repeat the ingress rules above.
            allow_all_outbound=True,
        )
