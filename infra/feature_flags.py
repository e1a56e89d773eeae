"""The CDK feature flags of this app, passed in code so that every way to run it uses the same flags.

The file is `recommended-feature-flags.json` of aws-cdk-lib 2.275.0 with one change: references between stacks stay
strong. Stacks exchange values through Systems Manager parameters, so no template contains Export or ImportValue; with
strong references an accidental reference between stacks shows up as an Export, which a test rejects.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def feature_flags() -> dict[str, Any]:
    """The flags by name, to be passed as the context of an App."""
    flags: dict[str, Any] = json.loads(Path(__file__).with_name("feature_flags.json").read_text())
    return flags
