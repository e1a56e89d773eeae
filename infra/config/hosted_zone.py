"""An existing private hosted zone that gets the record of MLflow's host."""

from dataclasses import dataclass

from infra.config.host_names import require_host
from infra.config.validation import require, require_match


@dataclass(frozen=True, kw_only=True)
class ExistingZone:
    """A private hosted zone of the environment's account, which its owner associates with the imported VPC."""

    zone_id: str
    name: str

    def __post_init__(self) -> None:
        require_match("tracking.zone.zone_id", self.zone_id, r"Z[A-Z0-9]{1,31}", "Z0123456789ABCDEFGHIJ")
        require_host("tracking.zone.name", self.name)

    def require_below(self, host: str) -> None:
        """Raise ConfigError unless `host` is below the zone; the record of the zone's own name is its owner's."""
        allowed = f"a name below {self.name}, the name of tracking.zone, for example mlflow.{self.name}"
        require(host.endswith(f".{self.name}"), "tracking.host", host, allowed)
