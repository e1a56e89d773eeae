"""Log groups that services would create for their jobs, without a retention period and without a customer key."""

from collections.abc import Sequence

from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.log_group import log_group


class ServiceLogs(Construct):
    """The log groups of an account's jobs, created before the first job writes to them.

    Their names belong to the account, so only one environment of an account can create them, and only if no job has
    run there before.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, group_names: Sequence[str], days: int, key: kms.IKey
    ) -> None:
        super().__init__(scope, construct_id)
        for name in group_names:
            log_group(self, name.strip("/").replace("/", "-"), name=name, days=days, key=key)
