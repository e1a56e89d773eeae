"""The custom rules of this platform, written in Guard, for MWAA, EMR Serverless, SageMaker and its conventions."""

import re
from functools import cache
from pathlib import Path

import aws_cdk as cdk

FOLDER = Path(__file__).with_name("rules")


@cache
def custom_rules() -> cdk.CloudFormationValidatePlugin:
    """Return CDK's own validation with every file of `checks/validators/rules` added.

    One instance serves all apps: each instance starts an engine, which takes four seconds and 150 MB.
    """
    rules = sorted(FOLDER.glob("*.guard"))
    sources = [cdk.ValidationRuleSource(name=path.stem, content=path.read_text()) for path in rules]
    return cdk.CloudFormationValidatePlugin(guard_rules=sources)


def custom_rule_names() -> list[str]:
    """Return the names of the rules in `checks/validators/rules`."""
    texts = (path.read_text() for path in sorted(FOLDER.glob("*.guard")))
    return sorted(name for text in texts for name in re.findall(r"^rule (\w+)", text, re.MULTILINE))
