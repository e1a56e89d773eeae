"""The host names that clients can resolve and that a certificate can contain."""

from infra.config.validation import require, require_match

_SETTING = "tracking.host"
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_EXAMPLE = "mlflow.<your domain>, in lower-case letters, digits, hyphens and dots, without scheme, port or final dot"
_LABEL_LENGTH, _NAME_LENGTH = 63, 253

#: "The length of the domain name (technically, the Common Name) that you provide cannot exceed 64 octets, including
#: periods" (ACM API reference, RequestCertificate, after RFC 5280).
_CERTIFICATE_LENGTH = 64

#: Suffixes that resolvers answer themselves instead of asking the private hosted zone (RFC 6761: localhost, invalid;
#: RFC 6762: local; RFC 7686: onion), and the one of DNS's own infrastructure (RFC 3172).
UNRESOLVABLE = ("arpa", "invalid", "local", "localhost", "onion")

#: Suffixes below which a public authority issues no certificate, because no one can prove to own a name:
#: documentation and tests (RFC 2606, RFC 6761), other name systems (RFC 9476), private use (ICANN resolutions of
#: 2018-02-04 and 2024-07-29; RFC 6762, appendix G), and domains of AWS (ACM user guide, DNS validation).
WITHOUT_PUBLIC_CERTIFICATE = (
    *UNRESOLVABLE, "alt", "example", "example.com", "example.net", "example.org", "test",
    "corp", "home", "internal", "intranet", "lan", "localdomain", "mail", "private",
    "amazonaws.com", "amazonaws.com.cn", "api.aws", "cloudfront.net", "elasticbeanstalk.com", "on.aws",
)  # fmt: skip


def require_host(setting: str, host: str) -> None:
    """Raise ConfigError unless `host` is a name that a private hosted zone can resolve."""
    allowed = "one host name without a wildcard; a certificate may have the wildcard instead"
    require("*" not in host, setting, host, allowed)
    require_match(setting, host, rf"{_LABEL}(\.{_LABEL})*", _EXAMPLE)
    labels = host.split(".")
    require(len(labels) > 1, setting, host, "a name of two or more labels; place it below a domain that you own")
    require(not labels[-1].isdigit(), setting, host, "a name, not an address, which changes with the load balancer")
    allowed = f"labels of at most {_LABEL_LENGTH} characters; shorten {max(labels, key=len)!r}"
    require(max(map(len, labels)) <= _LABEL_LENGTH, setting, host, allowed)
    require(len(host) <= _NAME_LENGTH, setting, host, f"at most {_NAME_LENGTH} characters; received {len(host)}")
    allowed = f"another suffix: resolvers do not look up .{reserved_suffix(host, UNRESOLVABLE)} in a hosted zone"
    require(reserved_suffix(host, UNRESOLVABLE) is None, setting, host, allowed)


def require_certifiable(host: str, *, is_public: bool) -> None:
    """Raise ConfigError unless an authority can issue a certificate for `host`; `is_public` for a public authority."""
    allowed = f"at most {_CERTIFICATE_LENGTH} characters with a certificate, whose first name can be no longer"
    require(len(host) <= _CERTIFICATE_LENGTH, _SETTING, host, f"{allowed}; received {len(host)}")
    suffix = reserved_suffix(host, WITHOUT_PUBLIC_CERTIFICATE) if is_public else None
    allowed = (
        f"a name below a domain that you own (PLATFORM_<NAME>_HOST), because no public authority issues certificates "
        f"for .{suffix}, or the certificates of your private authority (PLATFORM_<NAME>_CA_BUNDLE)"
    )
    require(suffix is None, f"{_SETTING} with tracking.certificate_arn", host, allowed)


def reserved_suffix(host: str, suffixes: tuple[str, ...] = WITHOUT_PUBLIC_CERTIFICATE) -> str | None:
    """The longest of the suffixes that `host` is equal to or below; None if there is none."""
    found = [suffix for suffix in suffixes if f".{host}".endswith(f".{suffix}")]
    return max(found, key=len, default=None)
