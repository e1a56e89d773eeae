"""MLflow's secrets: administrator account, account of jobs, and session key."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.names import PlatformNames

#: The account types of `tracking_tasks` with the initial user of each.
ACCOUNTS = {"ADMIN": "admin", "JOBS": "jobs-a"}


class TrackingSecrets(Construct):
    """Generated, encrypted secrets with literal names, which policies of other stacks refer to."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self._names, self._key = names, key
        self.accounts = {
            kind: self._secret(kind.lower(), f"MLflow: account of kind {kind.lower()}", user)
            for kind, user in ACCOUNTS.items()
        }
        self.session = self._secret("session", "MLflow: key of browser sessions", "session")

    @property
    def all(self) -> list[secretsmanager.Secret]:
        """Every secret."""
        return [*self.accounts.values(), self.session]

    def _secret(self, purpose: str, description: str, user: str) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            purpose.capitalize(),
            secret_name=self._names.resource(f"tracking-{purpose}"),
            description=description,
            encryption_key=self._key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=f'{{"username": "{user}"}}',
                generate_string_key="password",
                password_length=40,
                exclude_punctuation=True,
            ),
            # A password is of no use without its database, and a new database gets new passwords.
            removal_policy=RemovalPolicy.DESTROY,
        )
