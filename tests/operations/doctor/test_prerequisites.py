import re

from checks.assembly import Assembly
from common.paths import REPOSITORY

README = (REPOSITORY / "README.md").read_text()
DEPLOYING = README.partition("## Deploying\n")[2].partition("\n## ")[0]


def test_the_readme_names_the_platforms_that_images_are_built_for(assembly: Assembly) -> None:
    assert {image.platform for image in assembly.images.values()} == set(re.findall(r"linux/[a-z0-9]+", DEPLOYING))


def test_the_readme_names_the_programs_that_doctor_looks_for() -> None:
    assert "Docker must run" in DEPLOYING
    assert "tonistiigi/binfmt --install arm64,amd64" in DEPLOYING
    assert DEPLOYING.index("cdk bootstrap") < DEPLOYING.index("make doctor") < DEPLOYING.index("make deploy")
