import ipaddress
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infra.config.address_blocks import overlap, require_disjoint, require_private, require_vpc_block
from infra.config.validation import ConfigError


@pytest.mark.parametrize(
    "text",
    ["10.0.0.0/255.255.0.0", "10.0.0.0/0.0.255.255", "10.0.0.0/016", " 10.0.0.0/16", "10.0.0.0", "10.0.0.1/16", "x"],
)
def test_a_block_is_written_as_cloudformation_takes_it(text: str) -> None:
    sentence = f"^network.cidr: received {re.escape(repr(text))}; allowed is a private IPv4 block from /16 to /22 with"
    with pytest.raises(ConfigError, match=sentence):
        require_vpc_block("network.cidr", text)


@pytest.mark.parametrize("text", ["172.17.0.0/16", "172.17.8.0/22", "172.16.0.0/15"])
def test_a_vpc_does_not_take_the_addresses_of_dockers_bridge(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^network.cidr: received .*; allowed is a "):
        require_vpc_block("network.cidr", text)
    require_vpc_block("network.cidr", "172.18.0.0/16")


@given(st.text(max_size=24))
@example("10.0.0.0/16")
@example("10.0.0.0/255.255.0.0")
def test_free_text_is_a_block_in_cidr_notation_or_refused(text: str) -> None:
    try:
        require_private("network.operator_cidrs", text)
    except ConfigError as error:
        message = str(error)
    else:
        message = ""
    is_cidr = re.fullmatch(r"\d+\.\d+\.\d+\.\d+/\d+", text, flags=re.ASCII) is not None
    assert message == "" or message.startswith(f"network.operator_cidrs: received {text!r}; allowed is a private IPv4")
    assert message or ((is_cidr and ipaddress.IPv4Network(text).is_private) or text.startswith("100."))


networks = st.builds(
    lambda address, prefix: ipaddress.IPv4Network((address, prefix), strict=False),
    st.integers(int(ipaddress.IPv4Address("10.0.0.0")), int(ipaddress.IPv4Address("10.255.255.255"))),
    st.integers(16, 22),
)


@given(one=networks, other=networks)
def test_blocks_are_refused_exactly_when_they_have_a_common_address(
    one: ipaddress.IPv4Network, other: ipaddress.IPv4Network
) -> None:
    is_common = one[0] <= other[-1] and other[0] <= one[-1]
    assert overlap(str(one), str(other)) is is_common
    blocks = [("dev", str(one)), ("prod", str(other))]
    if is_common:
        with pytest.raises(ConfigError, match=r"^network.cidr of dev: received .*; allowed is a block that does not"):
            require_disjoint("network.cidr", blocks, "because of a test")
    else:
        require_disjoint("network.cidr", blocks, "because of a test")
