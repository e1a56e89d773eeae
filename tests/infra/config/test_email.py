import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.email import is_placeholder, require_address
from infra.config.validation import ConfigError


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com",
        "a@EXAMPLE.org",
        "a@mail.example.net",
        "a@corp.test",
        "a@host.invalid",
        "a@x.localhost",
        "a@b.example",
    ],
)
def test_reserved_domains_are_placeholders(address: str) -> None:
    assert is_placeholder(address)


@pytest.mark.parametrize("address", ["a@corp.com", "a@notexample.com", "a@example.com.au", "a@latest", "a@contest.com"])
def test_other_domains_are_not(address: str) -> None:
    assert not is_placeholder(address)


@given(st.text(max_size=30))
def test_free_text_is_an_address_or_refused_with_one_sentence(text: str) -> None:
    name, at, domain = text.partition("@")
    has_form = bool(name and at) and "@" not in domain and all(domain.split(".")) and "." in domain
    if has_form and not any(character.isspace() for character in text):
        require_address("budget.email", text)
    else:
        with pytest.raises(ConfigError, match=r"^budget.email: received .*; allowed is a value like") as raised:
            require_address("budget.email", text)
        assert repr(text) in str(raised.value)


@given(
    label=st.from_regex(r"[a-z0-9]{1,10}", fullmatch=True), domain=st.sampled_from(["example.com", "test", "invalid"])
)
def test_every_name_below_a_reserved_domain_is_a_placeholder(label: str, domain: str) -> None:
    assert is_placeholder(f"team@{label}.{domain}")
    assert not is_placeholder(f"team@{label}.corp.com")
