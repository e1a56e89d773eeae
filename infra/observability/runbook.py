"""Where an alarm sends its reader."""

from dataclasses import dataclass

from infra.config.governance_config import DeliveryConfig

_FILE = "docs/runbook.md"


@dataclass(frozen=True)
class Runbook:
    """The file of procedures: one heading per alarm or rule, which a test checks in both directions."""

    location: str

    @classmethod
    def of(cls, delivery: DeliveryConfig | None) -> "Runbook":
        """A link that can be clicked where the environment knows its repository, the path in it otherwise."""
        if delivery is None:
            return cls(_FILE)
        return cls(f"https://github.com/{delivery.repository}/blob/{delivery.branch}/{_FILE}")

    def link(self, heading: str) -> str:
        """Where a heading is."""
        return f"{self.location}#{heading}"

    def told(self, what: str, heading: str) -> str:
        """A description that says what happened and where to read on."""
        return f"{what}. Runbook: {self.link(heading)}"
