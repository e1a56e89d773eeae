import json

import pytest

from infra.environments import STAGING
from stacks.synth import new_app
from stacks.tracking_stack import TrackingStack
from tests.stacks.templates import Template


@pytest.fixture(scope="session")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The tracking stack of an environment with a certificate."""
    folder = tmp_path_factory.mktemp("tracking")
    app = new_app(folder)
    stack = TrackingStack(app, config=STAGING)
    app.synth()
    template: Template = json.loads((folder / f"{stack.stack_name}.template.json").read_text())
    return template
