"""The CDK app: all environments, or the one named by PLATFORM_ENVIRONMENT or `-c environment=`.

`python app.py` writes one cloud assembly per environment below cdk.out; under the CDK CLI all chosen environments
share the CLI's. This is the only file that reads the process environment:

PLATFORM_<NAME>_ACCOUNT and PLATFORM_<NAME>_REGION set account and region, for example
PLATFORM_PROD_ACCOUNT=123456789012. PLATFORM_<NAME>_EMAIL is the address that receives notifications, and
PLATFORM_<NAME>_ZONES are two or three zone ids, such as use1-az1,use1-az2.
PLATFORM_<NAME>_HOST is the host name of MLflow, PLATFORM_<NAME>_CERTIFICATE_ARN its certificate, and
PLATFORM_<NAME>_CA_BUNDLE a PEM file with the private authority that issued the certificate, if a private one did.
PLATFORM_DELETE_DATA=<name> confirms that the data of that environment is deleted with its stacks; it has an effect only
if `retention.keep_data` is False in the settings.
PLATFORM_REPOSITORY=<owner>/<name> adds the stack with the IAM roles of that GitHub repository's workflows.
An empty variable counts as not set, because workflows pass undefined repository variables as empty values.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from infra.config.governance_config import DeliveryConfig
from infra.config.location import Location
from infra.config.neighbours import require_shareable
from infra.config.platform_config import PlatformConfig
from infra.config.validation import ConfigError, require
from infra.environments import ENVIRONMENTS, environment, relocated
from infra.node_runtime import use_packaged_node


def placed(name: str, environ: Mapping[str, str]) -> PlatformConfig:
    """The settings of an environment at the location that the environment variables give."""
    prefix = f"PLATFORM_{name.upper()}_"
    zones = [zone.strip() for zone in environ.get(f"{prefix}ZONES", "").split(",")]
    location = Location(
        account=environ.get(f"{prefix}ACCOUNT") or None,
        region=environ.get(f"{prefix}REGION") or None,
        zones=tuple(zone for zone in zones if zone),
        host=environ.get(f"{prefix}HOST") or None,
        certificate_arn=environ.get(f"{prefix}CERTIFICATE_ARN") or None,
        ca_bundle=Path(bundle) if (bundle := environ.get(f"{prefix}CA_BUNDLE")) else None,
        email=environ.get(f"{prefix}EMAIL") or None,
        repository=environ.get("PLATFORM_REPOSITORY") or None,
        deletion_confirmed=environ.get("PLATFORM_DELETE_DATA") == name,
    )
    config = environment(name)
    allowed = f"the ARN of an ACM certificate for {prefix}HOST, because {location.account} is an account to deploy into"
    is_complete = location.account is None or bool(location.certificate_arn) or not config.tracking.is_placeholder
    require(is_complete, f"{prefix}CERTIFICATE_ARN", "nothing", allowed)
    result = relocated(config, location)
    require_shareable(result, neighbours(result, environ))
    return result


def neighbours(config: PlatformConfig, environ: Mapping[str, str]) -> Iterator[PlatformConfig]:
    """The settings of the other environments that the variables place into the same account and region."""
    for name, other in ENVIRONMENTS.items():
        account = environ.get(f"PLATFORM_{name.upper()}_ACCOUNT") or other.account
        region = environ.get(f"PLATFORM_{name.upper()}_REGION") or other.region
        if name != config.environment and (account, region) == (config.account, config.region):
            repository = environ.get("PLATFORM_REPOSITORY")
            is_delivered = bool(repository) and other.delivery is None
            yield replace(other, delivery=DeliveryConfig(repository=repository or "")) if is_delivered else other


def main(environ: Mapping[str, str]) -> None:
    """Synthesize the chosen environments; exits with an explanatory message for an invalid name or setting."""
    use_packaged_node(os.environ)
    # Importing CDK starts Node, so the choice of Node comes first.
    from stacks.synth import add_environment, new_app, synthesize  # noqa: PLC0415

    outdir = environ.get("CDK_OUTDIR")
    app = new_app(Path(outdir) if outdir else None, is_validated=True)
    chosen = app.node.try_get_context("environment") or environ.get("PLATFORM_ENVIRONMENT")
    try:
        configs = [placed(name, environ) for name in ([chosen] if chosen else ENVIRONMENTS)]
    except ConfigError as error:
        sys.exit(str(error))
    if outdir is None:
        synthesize(configs, Path(__file__).parent / "cdk.out")
        return
    for config in configs:
        add_environment(app, config)
    app.synth()


if __name__ == "__main__":
    main(os.environ)
