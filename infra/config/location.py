"""Where an environment is deployed: the values that differ between installations of the same settings."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Location:
    """Account, region and what belongs to them; a value that is not given is taken from the environment's settings.

    `zones` are zone ids. `email` receives notifications. `repository` is the GitHub repository whose workflows may
    deploy the environment. `deletion_confirmed` is one of the two confirmations to delete data.
    """

    account: str | None = None
    region: str | None = None
    zones: tuple[str, ...] = ()
    certificate_arn: str | None = None
    email: str | None = None
    repository: str | None = None
    deletion_confirmed: bool = False
