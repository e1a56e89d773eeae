"""Synthesis with every check on; apart from `stacks.synth`, because the checkers take seconds to load."""

from collections.abc import Iterable
from pathlib import Path

from infra.checks import CheckResult, add_rule_packs, check_assembly
from infra.config import PlatformConfig
from stacks.synth import app_for


def check(environments: Iterable[PlatformConfig], outdir: Path) -> list[CheckResult]:
    """Synthesize as `synthesize` does, with every check on; findings are returned, not raised."""
    results = []
    for config in environments:
        app = app_for(config, outdir)
        add_rule_packs(app)
        try:
            app.synth()
        except RuntimeError as error:
            # Synthesis ends so when a check finds something; the report then says what.
            if "ValidationFailed" not in str(error):
                raise
        folder = outdir / config.environment
        results.append(check_assembly(config.environment, folder, region=config.region))
    return results
