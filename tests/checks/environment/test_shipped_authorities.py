from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from checks.assembly import STARTUP_SCRIPT, Assembly, ImageAsset, read_assembly
from checks.environment.shipped_authorities import authority_findings
from checks.variants import VARIANTS
from infra.config.certificates import CaBundle
from infra.environments import PROD
from infra.orchestration.startup import startup_script

CONFIG = VARIANTS["private-ca"]
BUNDLE = cast("CaBundle", CONFIG.tracking.ca_bundle)
IMAGE = ImageAsset(name="Code/Training", platform=None, dockerfile="FROM base\nCOPY jobs/contracts /opt/jobs/contracts")
SHIPPED = {"Code/Archive": BUNDLE.pem, "Code/Training": BUNDLE.pem, STARTUP_SCRIPT: startup_script(BUNDLE)}
ASSEMBLY = Assembly(config=CONFIG, templates={}, images={"a": IMAGE}, shipped=SHIPPED)


def places(assembly: Assembly) -> set[str]:
    return {finding.where for finding in authority_findings(assembly)}


def test_every_client_that_has_the_authority_is_accepted() -> None:
    assert places(ASSEMBLY) == set()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_client_without_the_authority_is_found(name: str) -> None:
    assert places(replace(ASSEMBLY, shipped={**SHIPPED, name: ""})) == {name}


def test_a_script_that_names_the_authorities_in_no_variable_is_found() -> None:
    for line in ('export REQUESTS_CA_BUNDLE="$bundle"', 'export SSL_CERT_FILE="$bundle"'):
        script = startup_script(BUNDLE).replace(line, "")
        assert places(replace(ASSEMBLY, shipped={**SHIPPED, STARTUP_SCRIPT: script})) == {STARTUP_SCRIPT}


def test_an_image_that_leaves_the_authority_out_is_found() -> None:
    image = replace(IMAGE, dockerfile="FROM base\nCOPY jobs/training /opt/jobs/training")
    assert places(replace(ASSEMBLY, images={"a": image})) == {"Code/Training"}


def test_without_a_private_authority_nothing_is_required() -> None:
    assert places(replace(ASSEMBLY, config=PROD, shipped=dict.fromkeys(SHIPPED, ""))) == set()


def test_the_clients_of_a_synthesized_environment_are_known(variants: dict[str, Path]) -> None:
    clients = {"Code/Archive", "Code/Serving", "Code/Training", STARTUP_SCRIPT}
    private = read_assembly(variants["private-ca"], CONFIG).shipped
    assert set(private) == clients
    assert all(BUNDLE.pem in text for text in private.values())
    public = read_assembly(variants["prod"], PROD).shipped
    assert set(public) == clients
    assert not any("BEGIN CERTIFICATE" in text for text in public.values())
