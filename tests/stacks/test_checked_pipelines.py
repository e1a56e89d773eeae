from pathlib import Path
from typing import cast

import aws_cdk as cdk
import pytest

from infra.config.platform_config import PlatformConfig
from jobs.contracts.tables import ContractError
from stacks.synth import add_environment
from tests.jobs.pipeline_check.folders import pipelines_at, write


def test_synthesis_names_the_mistakes_of_all_pipelines_before_it_builds_anything(tmp_path: Path) -> None:
    for name in ("meters", "pumps"):
        write(tmp_path / name, {"__init__.py": "", "pipeline.py": "PIPELINE = None"})
    not_reached = cast(PlatformConfig, None)
    with pipelines_at(tmp_path), pytest.raises(ContractError, match=r"(?s)meters/pipeline\.py:1.*pumps/pipeline\.py:1"):
        add_environment(cdk.App(), not_reached)
