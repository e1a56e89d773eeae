import pytest

from checks.assembly import Assembly
from tests.operations.doctor.accounts import CONFIG, synthesized


@pytest.fixture(scope="session")
def assembly() -> Assembly:
    """Dev with a certificate and a cost monitor, as doctor synthesizes it."""
    return synthesized(CONFIG)
