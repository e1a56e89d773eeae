"""The house's own rules, written in Guard: what no pack knows of MWAA, EMR Serverless, SageMaker and this platform."""

from functools import cache
from pathlib import Path

import aws_cdk as cdk

FOLDER = Path(__file__).with_name("rules")


@cache
def house_rules() -> cdk.CloudFormationValidatePlugin:
    """CDK's own validation with every file of `checks/rules` added.

    One serves all apps: each would start an engine of its own, four seconds and 150 MB.
    """
    rules = sorted(FOLDER.glob("*.guard"))
    sources = [cdk.ValidationRuleSource(name=path.stem, content=path.read_text()) for path in rules]
    return cdk.CloudFormationValidatePlugin(guard_rules=sources)
