"""Who may talk to whom inside the VPC: every security group and every rule in one place."""

from aws_cdk import Tags
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.compute.spark_cluster import EMR_TAG
from infra.names import PlatformNames

#: Not PostgreSQL's own port, which scanners try first.
DATABASE_PORT = 5433
TRACKING_PORT = 5000


class SecurityGroups(Construct):
    """The groups of all workloads; nothing outside the VPC may enter any of them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, names: PlatformNames, vpc: ec2.IVpc, cidr: str, is_https: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self._names, self._vpc = names, vpc
        self.endpoints = self._group("endpoints", "Interface endpoints")
        self.airflow = self._group("airflow", "MWAA schedulers, workers and web servers")
        self.jobs = self._group("jobs", "SageMaker and EMR Serverless jobs")
        self.emr_primary = self._group("emr-primary", "Primary nodes of EMR clusters")
        self.emr_nodes = self._group("emr-nodes", "Core and task nodes of EMR clusters")
        self.emr_service = self._group("emr-service", "EMR control plane")
        self.balancer = self._group("tracking-balancer", "Load balancer of MLflow")
        self.tracking = self._group("tracking", "MLflow tasks")
        self.database = self._group("tracking-database", "Database of MLflow")
        for group in (self.emr_primary, self.emr_nodes, self.emr_service):
            Tags.of(group).add(EMR_TAG, "true")
        self._allow(cidr, is_https)

    def _allow(self, cidr: str, is_https: bool) -> None:
        https, postgres = ec2.Port.tcp(443), ec2.Port.tcp(5432)
        self.endpoints.add_ingress_rule(ec2.Peer.ipv4(cidr), https, "AWS APIs from anywhere in the VPC")
        # MWAA's components reach one another and its managed database through these two ports.
        for port in (https, postgres):
            self.airflow.add_ingress_rule(self.airflow, port, "Parts of MWAA among themselves")
        self.emr_service.add_ingress_rule(self.emr_primary, ec2.Port.tcp(9443), "Cluster manager of EMR")
        web = https if is_https else ec2.Port.tcp(80)
        for client in (self.airflow, self.jobs, self.emr_primary, self.emr_nodes):
            self.balancer.add_ingress_rule(client, web, "Jobs and DAGs track their work")
        self.jobs.add_ingress_rule(self.jobs, ec2.Port.all_tcp(), "Workers of one distributed job")
        self.tracking.add_ingress_rule(self.balancer, ec2.Port.tcp(TRACKING_PORT), "MLflow behind its balancer")
        self.database.add_ingress_rule(self.tracking, ec2.Port.tcp(DATABASE_PORT), "Metadata of MLflow")

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
