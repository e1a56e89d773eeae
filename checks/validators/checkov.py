"""Run checkov once over all templates, in its own environment because it pins older versions of shared dependencies."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.finding import Finding
from common.environment import process_variables
from common.paths import REPOSITORY

CHECKOV = "checkov"

ENVIRONMENT = REPOSITORY / ".venv" / "checks"

_COMMAND = ENVIRONMENT / "bin" / "checkov"
# Nothing is downloaded: the result depends on the locked release and the templates only.
_OPTIONS = ["--framework", "cloudformation", "--compact", "--quiet", "--output", "json", "--soft-fail"]
_OFFLINE = ["--skip-download", "--download-external-modules", "False"]


@dataclass(frozen=True)
class Skip:
    """A checkov rule that some resources may violate, and the reason; `where` is the start of their logical ids."""

    rule: str
    where: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Return whether this skip accepts the finding."""
        return finding.rule == self.rule and finding.where.rpartition("/")[2].startswith(self.where)


#: All findings of checkov that are accepted.
SKIPS = (
    Skip("CKV_AWS_18", "LakeLogs", "this bucket receives the access logs; logging its own accesses would never end"),
    Skip(
        "CKV_AWS_2",
        "ServerBalancerHttp",
        "development without a certificate; the settings reject that in other environments",
    ),
    Skip(
        "CKV_AWS_103",
        "ServerBalancerHttp",
        "development without a certificate; the settings reject that in other environments",
    ),
    Skip(
        "CKV_AWS_157",
        "Database",
        "tracking.multi_az is off in development only; backups cover the loss of an availability zone",
    ),
    Skip(
        "CKV_AWS_117",
        "Operations",
        "it only calls AWS APIs; in the VPC, its network interfaces would delay the deletion of the stack",
    ),
    Skip(
        "CKV_AWS_115",
        "Operations",
        "a new account has ten executions and must keep ten unreserved; tracking.function_concurrency reserves some",
    ),
    Skip(
        "CKV_AWS_117",
        "IdleClusters",
        "it only calls the EMR API; in the VPC, its network interfaces would delay the deletion of the stack",
    ),
    Skip("CKV_AWS_115", "IdleClusters", "one schedule calls it, and a new account may reserve no executions"),
)


class CheckovError(RuntimeError):
    """checkov is not installed or failed."""


class Checkov:
    """A run of checkov in the background."""

    def __init__(self, templates: Sequence[Path]) -> None:
        if not _COMMAND.exists():
            raise CheckovError(f"checkov: not found at {_COMMAND}; run `make .venv/checks/ready` to install it")
        self._templates = {path.resolve(): path for path in templates}
        files = ["--file", *map(str, self._templates)]
        self._process = subprocess.Popen(
            [str(_COMMAND), *_OPTIONS, *_OFFLINE, *files],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=process_variables({"LOG_LEVEL": "ERROR"}),
        )

    def findings(self) -> Mapping[Path, list[Finding]]:
        """Wait for the run and return the findings by template; raises CheckovError when it cannot read one."""
        output, errors = self._process.communicate()
        if self._process.returncode != 0:
            raise CheckovError(f"checkov failed with exit code {self._process.returncode}: {errors.strip()[-400:]}")
        report = json.loads(output)
        if report["summary"]["parsing_errors"]:
            raise CheckovError(f"checkov could not read {report['results']['parsing_errors']}")
        findings: dict[Path, list[Finding]] = {path: [] for path in self._templates.values()}
        for failed in report["results"]["failed_checks"]:
            template = self._templates[Path(failed["file_abs_path"]).resolve()]
            where = f"{template.name.removesuffix('.template.json')}/{failed['resource'].rpartition('.')[2]}"
            findings[template].append(Finding(CHECKOV, failed["check_id"], where, failed["check_name"]))
        return findings


def accepted(finding: Finding) -> Finding | None:
    """Return the finding with the reason of the skip that accepts it; None when no skip does."""
    reasons = [skip.reason for skip in SKIPS if skip.covers(finding)]
    return Finding(finding.check, finding.rule, finding.where, reasons[0]) if reasons else None
