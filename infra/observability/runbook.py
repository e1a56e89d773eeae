"""Links from alarms and event rules to the runbook."""

from dataclasses import dataclass

from infra.config.governance_config import DeliveryConfig

_FILE = "docs/runbook.md"


@dataclass(frozen=True)
class Runbook:
    """The location of the runbook, which has one heading per alarm and event rule (tests/stacks/test_runbook.py)."""

    location: str

    @classmethod
    def of(cls, delivery: DeliveryConfig | None) -> "Runbook":
        """The runbook on GitHub if the environment names its repository, otherwise the path in the repository."""
        if delivery is None:
            return cls(_FILE)
        return cls(f"https://github.com/{delivery.repository}/blob/{delivery.branch}/{_FILE}")

    def link(self, heading: str) -> str:
        """The link to a heading."""
        return f"{self.location}#{heading}"

    def describe(self, description: str, heading: str) -> str:
        """A description of an alarm or rule, followed by the link to its heading."""
        return f"{description}. Runbook: {self.link(heading)}"
