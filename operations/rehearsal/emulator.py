"""Run the emulator, ministack, on loopback; it has its own Python environment because it pins another botocore."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import processes
from common.environment import process_variables
from common.errors import PlatformError
from common.paths import REPOSITORY
from common.resource_types import resource_types

_BIN = REPOSITORY / ".venv" / "emulator" / "bin"
_START_SECONDS = 60
_TYPES = """
import json
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS
print(json.dumps(sorted(_RESOURCE_HANDLERS)))
"""


@contextmanager
def emulator(state: Path, *, account: str, region: str) -> Iterator[str]:
    """Run the emulator and yield its URL; it keeps all state in memory and stops when the block ends."""
    if not (_BIN / "ministack").exists():
        raise PlatformError(f"{_BIN.parent} does not contain the emulator; run `make deploy-emulated` to install it")
    port, log = processes.free_port(), state / "emulator.log"
    settings = {
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
    running = processes.start("emulator", command, env=process_variables(settings), log=log, run=state)
    try:
        processes.wait_until(lambda: processes.listening(port), running, log, _START_SECONDS)
        # For the host name localhost, the CDK CLI uses path-style bucket URLs.
        yield f"http://localhost:{port}"
    finally:
        processes.stop_recorded(state)


def require_current_rows() -> None:
    """Raise PlatformError when `emulated` in a row of resource_types.toml differs from the installed emulator."""
    command = [str(_BIN / "python"), "-c", _TYPES]
    supported = set(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    different = [name for name, row in resource_types().items() if row.emulated != (name in supported)]
    if different:
        raise PlatformError(
            f"checks/resource_types.toml: `emulated` is wrong for {', '.join(different)}; "
            "set it to false exactly where the installed emulator cannot create the type"
        )
