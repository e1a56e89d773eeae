from pathlib import Path

from checks.checks import CheckResult
from infra.environments import DEV
from stacks.synth import synthesize
from tests.stacks.conftest import templates_in


def test_synthesis_without_checks_writes_the_templates_that_were_checked(
    tmp_path: Path, checked: tuple[dict[str, CheckResult], Path]
) -> None:
    stale = tmp_path / "dev" / "asset.of-an-earlier-release"
    stale.mkdir(parents=True)
    assemblies = synthesize([DEV], tmp_path)
    assert templates_in(tmp_path / "dev", "mlops-dev") == templates_in(checked[1] / "dev", "mlops-dev")
    assert list(assemblies) == ["dev"]
    assert not stale.exists()
