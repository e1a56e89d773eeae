"""The CDK command line and a client session, both talking to the emulator and to nothing else."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import boto3

from common.errors import PlatformError
from common.processes import log_tail

_SECRET = "emulated"  # noqa: S105 - the emulator reads the account from the other half and ignores this one


class CommandLine:
    """`cdk` on an assembly, as a user would type it."""

    def __init__(self, cdk: Sequence[str], state: Path, endpoint: str, *, account: str, region: str) -> None:
        self.endpoint = endpoint
        self.session = boto3.Session(aws_access_key_id=account, aws_secret_access_key=_SECRET, region_name=region)
        self._cdk, self._state = list(cdk), state
        self._variables = {
            **os.environ,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            # A cache of accounts by key that is shared would answer for another emulator.
            "CDK_HOME": str(state / "cdk-home"),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
        }
        self._variables.pop("AWS_PROFILE", None)
        self._variables.pop("AWS_SESSION_TOKEN", None)

    def run(self, action: str, assembly: Path, *words: str, fails_with: str | None = None) -> float:
        """Run an action and return its seconds; raises PlatformError unless it ends as expected."""
        log = self._state / f"cdk-{action}.log"
        command = [*self._cdk, action, "--app", str(assembly), "--no-notices", "--ci", *words]
        began = monotonic()
        done = subprocess.run(
            command, cwd=self._state, env=self._variables, capture_output=True, text=True, check=False
        )
        seconds = monotonic() - began
        output = done.stdout + done.stderr
        log.write_text(output)
        if fails_with is None and done.returncode != 0:
            raise PlatformError(f"cdk {action} failed: {log_tail(log)} (see {log})")
        if fails_with is not None and (done.returncode == 0 or fails_with not in output):
            raise PlatformError(f"cdk {action} should have ended with {fails_with!r}: {log_tail(log)} (see {log})")
        return seconds

    def claimed(self, stack: str) -> dict[str, str]:
        """The physical ids that a stack says it has, by logical id."""
        pages = (
            self.session.client("cloudformation", endpoint_url=self.endpoint)
            .get_paginator("list_stack_resources")
            .paginate(StackName=stack)
        )
        found = [resource for page in pages for resource in page["StackResourceSummaries"]]
        return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in found}
