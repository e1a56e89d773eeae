import re

from checks.assembly import Assembly
from common.paths import REPOSITORY

STEPS = (REPOSITORY / "docs" / "deploy.md").read_text().partition("## Steps\n")[2].partition("\n## ")[0]


def test_the_steps_name_the_platforms_that_images_are_built_for(assembly: Assembly) -> None:
    assert {image.platform for image in assembly.images.values()} == set(re.findall(r"linux/[a-z0-9]+", STEPS))


def test_the_steps_name_what_doctor_looks_for_on_the_machine() -> None:
    assert "Docker must be installed" in STEPS
    assert "tonistiigi/binfmt --install arm64,amd64" in STEPS
    assert STEPS.index("cdk bootstrap") < STEPS.index("make doctor") < STEPS.index("make deploy")
