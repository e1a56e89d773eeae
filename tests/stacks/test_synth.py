from pathlib import Path

from infra.environments import DEV
from stacks.synth import synthesize
from tests.stacks.conftest import Templates, templates_in


def test_synthesis_without_checks_writes_the_templates_that_were_checked(
    tmp_path: Path, environments: dict[str, Templates]
) -> None:
    stale = tmp_path / "dev" / "asset.of-an-earlier-release"
    stale.mkdir(parents=True)
    assemblies = synthesize([DEV], tmp_path)
    assert templates_in(tmp_path / "dev", "mlops-dev") == environments["dev"]
    assert list(assemblies) == ["dev"]
    assert not stale.exists()
