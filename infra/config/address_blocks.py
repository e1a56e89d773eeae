"""Blocks of private IPv4 addresses, written as VPCs and security groups take them."""

import ipaddress
from collections.abc import Iterable
from itertools import combinations

from infra.config.validation import require

#: A VPC may have other blocks, but public ones of others would not be reachable from it.
_PRIVATE_SPACE = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")))
#: The bridge of Docker inside instances that run containers, such as those of SageMaker: addresses of this block do not
#: leave the instance. Field reports: bacchi.org/posts/sagemaker-cidr-conflict, buildkite/elastic-ci-stack-for-aws#1512.
DOCKER_BRIDGE = "172.17.0.0/16"
_PRIVATE = "a private IPv4 block with a prefix length, for example 10.200.0.0/16"
_LARGEST, _SMALLEST = 16, 22
_VPC = f"a private IPv4 block from /{_LARGEST} to /{_SMALLEST} with a prefix length, for example 10.20.0.0/16"


def require_private(setting: str, text: str) -> None:
    """Raise ConfigError unless the text is a private block such as `10.200.0.0/16`."""
    require(_block(text) is not None, setting, text, _PRIVATE)


def require_vpc_block(setting: str, text: str) -> None:
    """Raise ConfigError unless the text is a block that a VPC of the platform can have."""
    block = _block(text)
    require(block is not None and _LARGEST <= block.prefixlen <= _SMALLEST, setting, text, _VPC)
    allowed = f"a block outside {DOCKER_BRIDGE}, which Docker uses inside the instances of jobs"
    require(not overlap(text, DOCKER_BRIDGE), setting, text, allowed)


def require_disjoint(setting: str, blocks: Iterable[tuple[str, str]], reason: str) -> None:
    """Raise ConfigError if two of the blocks overlap; each has the name of what it belongs to."""
    for (name, block), (other_name, other) in combinations(blocks, 2):
        allowed = f"a block that does not overlap {other} of {other_name}, {reason}"
        require(not overlap(block, other), f"{setting} of {name}", block, allowed)


def overlap(one: str, other: str) -> bool:
    """Whether two blocks have an address in common."""
    return ipaddress.IPv4Network(one).overlaps(ipaddress.IPv4Network(other))


def _block(text: str) -> ipaddress.IPv4Network | None:
    """The private block that the text names; None if it is none, or is written with a network mask."""
    try:
        block = ipaddress.IPv4Network(text)
    except ValueError:
        return None
    # Python also reads masks such as 10.0.0.0/255.255.0.0, which CloudFormation refuses.
    is_written_so = str(block) == text
    return block if is_written_so and any(block.subnet_of(space) for space in _PRIVATE_SPACE) else None
