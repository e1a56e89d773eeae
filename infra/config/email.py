"""Addresses that receive notifications."""

from infra.config.validation import require, require_match

#: Domains that no mail reaches: RFC 2606 and RFC 6761 reserve them for examples, tests and local use.
_RESERVED_SUFFIXES = (".example", ".invalid", ".localhost", ".test")
_RESERVED_DOMAINS = ("example.com", "example.net", "example.org")
_ADDRESS = r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"


def require_address(setting: str, address: str) -> None:
    """Raise ConfigError unless the text has the form of an address."""
    require_match(setting, address, _ADDRESS, "platform-team@your-company.com")


def require_deliverable(setting: str, address: str, environment: str) -> None:
    """Raise ConfigError for an address that no mail reaches."""
    allowed = (
        f"an address that receives mail, which this reserved domain does not; set PLATFORM_{environment.upper()}_EMAIL"
    )
    require(not is_placeholder(address), setting, address, allowed)


def is_placeholder(address: str) -> bool:
    """Whether the domain is reserved, so that no mail reaches the address."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    is_example = any(domain == each or domain.endswith(f".{each}") for each in _RESERVED_DOMAINS)
    return is_example or f".{domain}".endswith(_RESERVED_SUFFIXES)
