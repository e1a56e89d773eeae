"""The house's own rules, written in Guard: what no pack knows of MWAA, EMR Serverless, SageMaker and this platform."""

from pathlib import Path

import aws_cdk as cdk

FOLDER = Path(__file__).with_name("rules")


def house_rules() -> list[cdk.ValidationRuleSource]:
    """Every file of `checks/rules`, for CDK's built-in validator."""
    return [
        cdk.ValidationRuleSource(name=path.stem, content=path.read_text()) for path in sorted(FOLDER.glob("*.guard"))
    ]
