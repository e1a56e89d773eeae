import json
from pathlib import Path

import pytest

import app
from infra.config.platform_config import PlatformConfig
from infra.config.validation import ConfigError
from infra.environments import DEV, PROD
from infra.node_runtime import use_packaged_node
from jobs.contracts.pipeline import pipeline_names
from tests.infra.tracking.certificates import write_certificates

ROOT = Path(__file__).parents[1]
CERTIFICATE = "certificate/12345678-90ab-4cde-8f01-234567890abc"


def test_variables_place_an_environment() -> None:
    environ = {
        "PLATFORM_PROD_ACCOUNT": "123456789012",
        "PLATFORM_PROD_REGION": "eu-west-1",
        "PLATFORM_PROD_HOST": "mlflow.airline.aero",
        "PLATFORM_PROD_CERTIFICATE_ARN": f"arn:aws:acm:eu-west-1:123456789012:{CERTIFICATE}",
        "PLATFORM_PROD_EMAIL": "ops@airline.aero",
    }
    config = app.placed("prod", environ)
    assert (config.account, config.region) == ("123456789012", "eu-west-1")
    assert config.tracking.host == "mlflow.airline.aero"
    assert config.network.availability_zones == ("euw1-az1", "euw1-az2", "euw1-az3")
    assert app.placed("prod", {}) == PROD


def test_variables_choose_zones_and_address() -> None:
    environ = {"PLATFORM_DEV_ZONES": "use1-az4, use1-az6", "PLATFORM_DEV_EMAIL": "ops@corp.com"}
    config = app.placed("dev", environ)
    assert config.network.availability_zones == ("use1-az4", "use1-az6")
    assert config.budget.email == "ops@corp.com"


@pytest.mark.parametrize(
    ("zones", "sentence"),
    [
        ("us-east-1a,us-east-1b", "received 'us-east-1a'; allowed is zone ids such as use1-az1, because names"),
        ("use1-az1,use1-az3", "received 'use1-az3'; allowed is another zone, because MWAA"),
        ("euw1-az1,euw1-az2", "allowed is zones of us-east-1: use1-az1, use1-az2, use1-az4, use1-az5, use1-az6"),
        ("use1-az1", "allowed is 2 or 3"),
    ],
)
def test_zones_that_the_platform_cannot_use_are_refused(zones: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        app.placed("dev", {"PLATFORM_DEV_ZONES": zones})


@pytest.mark.parametrize(
    ("region", "sentence"),
    [
        ("cn-north-1", "a region of the partition aws, because ARNs and endpoints of AWS China differ"),
        ("us-gov-west-1", "because ARNs and endpoints of AWS GovCloud differ"),
        ("ap-east-2", "a region with mwaa"),
        ("eu-central-3", "allowed is one of af-south-1, "),
    ],
)
def test_a_region_that_the_platform_cannot_use_is_refused(region: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        app.placed("dev", {"PLATFORM_DEV_REGION": region})


def test_a_certificate_gives_dev_https() -> None:
    certificate = f"arn:aws:acm:us-east-1:{DEV.account}:{CERTIFICATE}"
    environ = {"PLATFORM_DEV_CERTIFICATE_ARN": certificate, "PLATFORM_DEV_HOST": "mlflow.airline.aero"}
    assert app.placed("dev", environ).tracking.certificate_arn == certificate


def test_a_placeholder_address_is_not_deployed_outside_dev() -> None:
    environ = {
        "PLATFORM_PROD_ACCOUNT": "123456789012",
        "PLATFORM_PROD_HOST": "mlflow.airline.aero",
        "PLATFORM_PROD_CERTIFICATE_ARN": f"arn:aws:acm:us-east-1:123456789012:{CERTIFICATE}",
    }
    sentence = (
        r"^budget.email: received 'platform-team@example.com'; allowed is an address that receives mail, which this "
        r"reserved domain does not; set PLATFORM_PROD_EMAIL$"
    )
    with pytest.raises(ConfigError, match=sentence):
        app.placed("prod", environ)
    assert app.placed("prod", {**environ, "PLATFORM_PROD_EMAIL": "ops@airline.aero"}).budget.email == "ops@airline.aero"


def test_an_account_to_deploy_into_needs_a_certificate_outside_dev() -> None:
    with pytest.raises(ConfigError, match=r"^PLATFORM_STAGING_CERTIFICATE_ARN: received 'nothing'; allowed is the ARN"):
        app.placed("staging", {"PLATFORM_STAGING_ACCOUNT": "123456789012"})
    assert app.placed("dev", {"PLATFORM_DEV_ACCOUNT": "123456789012"}).tracking.certificate_arn is None


def test_a_placeholder_host_is_not_deployed_with_a_certificate() -> None:
    certificate = f"arn:aws:acm:us-east-1:{PROD.account}:{CERTIFICATE}"
    with pytest.raises(ConfigError, match=r"received 'mlflow.prod.mlops.example.com'; .*PLATFORM_<NAME>_HOST"):
        app.placed("prod", {"PLATFORM_PROD_CERTIFICATE_ARN": certificate})


def test_a_private_authority_is_read_from_its_file(tmp_path: Path) -> None:
    write_certificates(tmp_path, tmp_path / "private.pem", host="mlflow.mlops.internal")
    environ = {
        "PLATFORM_PROD_HOST": "mlflow.mlops.internal",
        "PLATFORM_PROD_CERTIFICATE_ARN": f"arn:aws:acm:us-east-1:{PROD.account}:{CERTIFICATE}",
        "PLATFORM_PROD_CA_BUNDLE": str(tmp_path / "private.pem"),
        "PLATFORM_PROD_EMAIL": "ops@airline.aero",
    }
    bundle = app.placed("prod", environ).tracking.ca_bundle
    assert bundle is not None
    assert bundle.pem == (tmp_path / "private.pem").read_text()


def test_only_a_named_repository_may_deploy() -> None:
    assert app.placed("dev", {}).delivery is None
    delivery = app.placed("dev", {"PLATFORM_REPOSITORY": "owner/platform"}).delivery
    assert delivery is not None
    assert (delivery.repository, delivery.branch) == ("owner/platform", "main")


def test_an_empty_variable_counts_as_unset() -> None:
    settings = ("ACCOUNT", "REGION", "ZONES", "EMAIL", "HOST", "CERTIFICATE_ARN", "CA_BUNDLE")
    names = ("PLATFORM_REPOSITORY", *(f"PLATFORM_PROD_{setting}" for setting in settings))
    assert app.placed("prod", dict.fromkeys(names, "")) == PROD


def test_a_wrong_account_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"account: received '12'"):
        app.placed("dev", {"PLATFORM_DEV_ACCOUNT": "12"})


def test_an_unknown_environment_ends_with_one_sentence() -> None:
    with pytest.raises(SystemExit, match=r"environment: received 'test'; allowed is one of"):
        app.main({"PLATFORM_ENVIRONMENT": "test"})


def test_cdk_outdir_receives_the_chosen_environment(tmp_path: Path) -> None:
    app.main({"CDK_OUTDIR": str(tmp_path), "PLATFORM_ENVIRONMENT": "dev"})
    names = {path.name for path in tmp_path.glob("*.template.json")}
    assert all(name.startswith("mlops-dev-") for name in names)
    assert len(names) == 7 + len(pipeline_names())


def test_without_the_command_line_every_environment_gets_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    synthesized: list[tuple[list[str], Path]] = []

    def record(configs: list[PlatformConfig], outdir: Path) -> None:
        synthesized.append(([config.environment for config in configs], outdir))

    monkeypatch.setattr("stacks.synth.synthesize", record)
    app.main({})
    assert synthesized == [(["dev", "staging", "prod"], ROOT / "cdk.out")]


def test_jsii_node_of_the_caller_is_kept() -> None:
    environ = {"JSII_NODE": "/opt/node"}
    use_packaged_node(environ)
    assert environ == {"JSII_NODE": "/opt/node"}


def test_otherwise_the_packaged_node_is_used() -> None:
    environ: dict[str, str] = {}
    use_packaged_node(environ)
    assert Path(environ["JSII_NODE"]).is_file()


def test_cdk_json_adds_no_context_to_app_py() -> None:
    settings = json.loads((ROOT / "cdk.json").read_text())
    assert settings["app"] == "python3 app.py"
    assert "context" not in settings
    assert [settings[key] for key in ("versionReporting", "pathMetadata", "assetMetadata")] == [False] * 3


def test_the_command_line_is_pinned_without_a_registry() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    lock = (ROOT / "package-lock.json").read_text()
    assert package["devDependencies"] == {"aws-cdk": "2.1148.1"}
    assert json.loads(lock)["packages"]["node_modules/aws-cdk"]["version"] == "2.1148.1"
    assert "resolved" not in lock
