"""Synthesis with every check on; apart from `stacks.synth`, because the checkers take seconds to load."""

from collections.abc import Sequence
from pathlib import Path

from checks.checks import CheckResult, add_rule_packs, check_result, lint
from infra.config.platform_config import PlatformConfig
from stacks.synth import app_for


def check(environments: Sequence[PlatformConfig], outdir: Path) -> list[CheckResult]:
    """Synthesize as `synthesize` does, with every check on; findings are returned, not raised."""
    folders = {config.environment: outdir / config.environment for config in environments}
    for config in environments:
        app = app_for(config, outdir)
        add_rule_packs(app)
        try:
            app.synth()
        except RuntimeError as error:
            # Synthesis ends so when a check finds something; the report then says what.
            if "ValidationFailed" not in str(error):
                raise
    linted = lint(folders.values(), [config.region for config in environments])
    return [check_result(name, folder, linted[folder]) for name, folder in folders.items()]
