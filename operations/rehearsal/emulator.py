"""The emulator: ministack on loopback, in an environment of its own because it pins another botocore."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import processes
from common.errors import PlatformError
from common.paths import REPOSITORY

_BIN = REPOSITORY / ".venv" / "emulator" / "bin"
_START_SECONDS = 60
_TYPES = """
import json
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS
print(json.dumps(sorted(_RESOURCE_HANDLERS)))
"""


@contextmanager
def emulator(state: Path, *, account: str, region: str) -> Iterator[str]:
    """Run the emulator and give its address; it holds everything in memory and ends with this process."""
    if not (_BIN / "ministack").exists():
        raise PlatformError(f"no emulator in {_BIN.parent}; `make deploy-emulated` installs it")
    port, log = processes.free_port(), state / "emulator.log"
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(state),
        "TMPDIR": str(state),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "MINISTACK_ACCOUNT_ID": account,
        "MINISTACK_REGION": region,
    }
    command = processes.supervised([str(_BIN / "ministack")])
    running = processes.start("emulator", command, env=variables, log=log, run=state)
    try:
        processes.wait_until(lambda: processes.listening(port), running, log, _START_SECONDS)
        # The CDK command line takes this host for an endpoint whose buckets are in the path.
        yield f"http://localhost:{port}"
    finally:
        processes.stop_recorded(state)


def emulated_types() -> frozenset[str]:
    """The resource types that the installed emulator says it creates."""
    done = subprocess.run([str(_BIN / "python"), "-c", _TYPES], capture_output=True, text=True, check=True)
    return frozenset(json.loads(done.stdout))
