"""The long-running EMR cluster, for environments that do not start one per run."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_emr as emr
from constructs import Construct

from infra.security.permissions import acknowledge, acknowledge_conformance
from infra.spark.spark_cluster import persistent_cluster

_NAG_READS_TOP_LEVEL = (
    "cdk-nag 3.0.2 looks for this at the document's top level, where EMR has EncryptionConfiguration; "
)


class PersistentCluster(Construct):
    """A long-running Spark cluster, rendered from the RunJobFlow request of a transient one.

    It stores nothing that outlives a job, so it is neither retained nor protected: a retained cluster would continue to
    incur costs.
    """

    def __init__(self, scope: Construct, construct_id: str, *, request: Mapping[str, Any], in_transit: bool) -> None:
        super().__init__(scope, construct_id)
        self.cluster = emr.CfnCluster(self, "Resource", **persistent_cluster(request))
        proof = "encryption is on, as tests/infra/spark/test_security_document.py asserts"
        acknowledge(self.cluster, "EMR4", f"{_NAG_READS_TOP_LEVEL}{proof}")
        without = "off in development only, which has no real data; the settings reject this in other environments"
        acknowledge(self.cluster, "EMR5", f"{_NAG_READS_TOP_LEVEL}{proof}" if in_transit else without)
        no_keys = "nodes accept no logins: there is no key pair, so Kerberos would have no users to authenticate"
        acknowledge(self.cluster, "EMR6", no_keys)
        roles = "every step has an IAM role of its own, and no Hadoop user can reach the cluster's network"
        acknowledge_conformance(self.cluster, "EMRKerberosEnabled", roles)
