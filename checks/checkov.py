"""checkov, started once over all templates; it pins what the platform needs newer, so it has its own environment."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.finding import Finding

CHECKOV = "checkov"

ENVIRONMENT = Path(__file__).parents[1] / ".venv" / "checks"

_COMMAND = ENVIRONMENT / "bin" / "checkov"
# Neither modules nor severities are fetched: the verdict comes from the locked release and the templates alone.
_OPTIONS = ["--framework", "cloudformation", "--compact", "--quiet", "--output", "json", "--soft-fail"]
_OFFLINE = ["--skip-download", "--download-external-modules", "False"]


@dataclass(frozen=True)
class Skip:
    """A checkov rule that one kind of resource may break, and why; `where` starts the logical id."""

    rule: str
    where: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is what this skip accepts."""
        return finding.rule == self.rule and finding.where.rpartition("/")[2].startswith(self.where)


#: The one list of what checkov may report.
SKIPS = (
    Skip("CKV_AWS_18", "LakeLogs", "this bucket receives the access logs; logging it into itself never ends"),
    Skip("CKV_AWS_2", "ServerBalancerHttp", "development without a certificate; others are refused by the settings"),
    Skip("CKV_AWS_103", "ServerBalancerHttp", "development without a certificate; others are refused by the settings"),
    Skip("CKV_AWS_157", "Database", "tracking.multi_az is off in development only, where backups restore a lost zone"),
    Skip(
        "CKV_AWS_117",
        "Operations",
        "it calls AWS APIs only; in the VPC its network interfaces would hold back the deletion of the stack",
    ),
)


class CheckovError(RuntimeError):
    """checkov is not installed or did not finish."""


class Checkov:
    """A run of checkov in the background."""

    def __init__(self, templates: Sequence[Path]) -> None:
        if not _COMMAND.exists():
            raise CheckovError(f"checkov: not found at {_COMMAND}; `make .venv/checks/ready` installs it")
        self._templates = {path.resolve(): path for path in templates}
        files = ["--file", *map(str, self._templates)]
        self._process = subprocess.Popen(
            [str(_COMMAND), *_OPTIONS, *_OFFLINE, *files],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LOG_LEVEL": "ERROR"},
        )

    def findings(self) -> Mapping[Path, list[Finding]]:
        """Wait for the run; returns the failed checks by template, and raises unless every template was read."""
        output, errors = self._process.communicate()
        if self._process.returncode != 0:
            raise CheckovError(f"checkov ended with {self._process.returncode}: {errors.strip()[-400:]}")
        report = json.loads(output)
        if report["summary"]["parsing_errors"]:
            raise CheckovError(f"checkov could not read {report['results']['parsing_errors']}")
        found: dict[Path, list[Finding]] = {path: [] for path in self._templates.values()}
        for failed in report["results"]["failed_checks"]:
            template = self._templates[Path(failed["file_abs_path"]).resolve()]
            where = f"{template.name.removesuffix('.template.json')}/{failed['resource'].rpartition('.')[2]}"
            found[template].append(Finding(CHECKOV, failed["check_id"], where, failed["check_name"]))
        return found


def accepted(finding: Finding) -> Finding | None:
    """The finding as accepted by a skip, with the skip's reason; None when none covers it."""
    reasons = [skip.reason for skip in SKIPS if skip.covers(finding)]
    return Finding(finding.check, finding.rule, finding.where, reasons[0]) if reasons else None
