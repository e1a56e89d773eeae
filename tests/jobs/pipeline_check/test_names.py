from dataclasses import replace

import pytest

from infra.config.validation import ConfigError
from infra.environments import ENVIRONMENTS
from jobs.pipeline_check.name_checks import LONGEST_ENVIRONMENT


def test_the_longest_environment_is_the_one_that_settings_allow() -> None:
    replace(ENVIRONMENTS["staging"], environment=LONGEST_ENVIRONMENT)
    with pytest.raises(ConfigError, match="environment: received"):
        replace(ENVIRONMENTS["staging"], environment=f"{LONGEST_ENVIRONMENT}x")
