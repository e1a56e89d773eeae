"""Run the CDK CLI and a boto3 session against the emulator only."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import boto3

from common.environment import process_variables
from common.errors import PlatformError
from common.processes import log_tail

_SECRET = "emulated"  # noqa: S105 - the emulator reads the account from the access key id and ignores the secret


class CommandLine:
    """The CDK CLI applied to an assembly, as a user would run it."""

    def __init__(self, cdk: Sequence[str], state: Path, endpoint: str, *, account: str, region: str) -> None:
        self.endpoint = endpoint
        self.session = boto3.Session(aws_access_key_id=account, aws_secret_access_key=_SECRET, region_name=region)
        self._cdk, self._state = list(cdk), state
        settings = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            # The CLI caches accounts by access key id, and a shared cache could return the account of another emulator.
            "CDK_HOME": str(state / "cdk-home"),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
        }
        self._variables = process_variables(settings)

    def run(self, action: str, assembly: Path, *arguments: str, fails_with: str | None = None) -> float:
        """Run an action and return its seconds.

        Raises PlatformError when the action fails, or, with `fails_with`, unless it fails and prints that text.
        """
        log = self._state / f"cdk-{action}.log"
        command = [*self._cdk, action, "--app", str(assembly), "--no-notices", "--ci", *arguments]
        start = monotonic()
        process = subprocess.run(
            command, cwd=self._state, env=self._variables, capture_output=True, text=True, check=False
        )
        seconds = monotonic() - start
        output = process.stdout + process.stderr
        log.write_text(output)
        if fails_with is None and process.returncode != 0:
            raise PlatformError(f"cdk {action} failed: {log_tail(log)} (see {log})")
        if fails_with is not None and (process.returncode == 0 or fails_with not in output):
            raise PlatformError(
                f"cdk {action} ended with exit code {process.returncode}, expected is a failure with "
                f"{fails_with!r}: {log_tail(log)} (see {log})"
            )
        return seconds
