"""The CDK feature flags this app is written for, passed in code so that every way to run it agrees.

The file is `recommended-feature-flags.json` of aws-cdk-lib 2.275.0 with one change: references between stacks
stay strong (Export and ImportValue), which every linter and emulator understands.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def feature_flags() -> dict[str, Any]:
    """The flags by name, as context of an App."""
    flags: dict[str, Any] = json.loads(Path(__file__).with_name("feature_flags.json").read_text())
    return flags
