"""The EMR security configuration of an environment."""

from aws_cdk import aws_emr as emr
from constructs import Construct

from infra.names import PlatformNames
from infra.spark.security_document import configuration_name, security_configuration


class ClusterSecurity(Construct):
    """The security configuration of all clusters in the environment.

    EMR cannot update a configuration, so its name depends on its content: a new document creates a new configuration.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, names: PlatformNames, key_arn: str, in_transit: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self.configuration = emr.CfnSecurityConfiguration(
            self,
            "Resource",
            name=configuration_name(names, in_transit=in_transit),
            security_configuration=security_configuration(names, key_arn, in_transit=in_transit),
        )
