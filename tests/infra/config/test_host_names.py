from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.host_names import (
    UNRESOLVABLE,
    WITHOUT_PUBLIC_CERTIFICATE,
    require_certifiable,
    require_host,
    reserved_suffix,
)
from infra.config.validation import ConfigError
from infra.environments import DEV, PROD

CERTIFICATE = "certificate/12345678-90ab-4cde-8f01-234567890abc"
PUBLIC = f"arn:aws:acm:{PROD.region}:{PROD.account}:{CERTIFICATE}"

label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
top_level = st.from_regex(r"[a-z]{2,10}", fullmatch=True)
host_names = st.builds(
    lambda labels, last: ".".join([*labels, last]), st.lists(label, min_size=1, max_size=6), top_level
)


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("MLflow", "allowed is a value like mlflow.<your domain>, in lower-case letters"),
        ("mlflow_1.airline.aero", "allowed is a value like"),
        ("https://mlflow.airline.aero", "allowed is a value like .*without scheme, port"),
        ("mlflow.airline.aero:443", "allowed is a value like .*without scheme, port"),
        ("mlflow.airline.aero.", "allowed is a value like .*final dot"),
        ("-mlflow.airline.aero", "allowed is a value like"),
        ("mlflow..aero", "allowed is a value like"),
        ("mlflow.airline.aero\n", "allowed is a value like"),
        ("", "allowed is a value like"),
        ("*.airline.aero", "allowed is one host name without a wildcard"),
        ("mlflow", "allowed is a name of two or more labels; place it below a domain that you own"),
        ("10.20.0.7", "allowed is a name, not an address"),
        (f"{'a' * 64}.airline.aero", "allowed is labels of at most 63 characters; shorten 'aaa"),
        (".".join(["a" * 63] * 4), "allowed is at most 253 characters; received 255"),
        ("mlflow.localhost", "resolvers do not look up .localhost in a hosted zone"),
        ("mlflow.airline.local", "resolvers do not look up .local in a hosted zone"),
        ("mlflow.onion", "resolvers do not look up .onion in a hosted zone"),
    ],
)
def test_a_name_that_no_zone_can_give_is_refused(host: str, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"^tracking.host: received .*{message}"):
        replace(DEV.tracking, host=host)


@pytest.mark.parametrize("suffix", sorted(set(WITHOUT_PUBLIC_CERTIFICATE) - set(UNRESOLVABLE)))
def test_no_reserved_suffix_is_accepted_with_a_public_certificate(suffix: str) -> None:
    with pytest.raises(ConfigError, match=rf"allowed is a name below a domain that you own .*for \.{suffix}, or"):
        replace(PROD.tracking, host=f"mlflow.{suffix}", certificate_arn=PUBLIC)


def test_a_first_name_that_no_certificate_can_have_is_refused() -> None:
    host = f"{'a' * 57}.aero.aero"
    with pytest.raises(ConfigError, match=r"allowed is at most 64 characters with a certificate.*; received 67"):
        replace(PROD.tracking, host=host, certificate_arn=PUBLIC)
    assert replace(PROD.tracking, host=host[3:], certificate_arn=PUBLIC).host == host[3:]


def test_a_fresh_dev_needs_no_domain() -> None:
    assert (DEV.tracking.host, DEV.tracking.certificate_arn) == ("mlflow.dev.mlops.internal", None)


def test_a_suffix_is_whole_labels() -> None:
    assert reserved_suffix("mlflow.notinternal") is None
    assert reserved_suffix("mlflow.internal.aero") is None
    assert reserved_suffix("mlflow.notexample.com") is None
    assert reserved_suffix("mlflow.airline.amazonaws.com.cn") == "amazonaws.com.cn"


def refusal(host: str, *, is_public: bool) -> str:
    try:
        require_host("tracking.host", host)
        require_certifiable(host, is_public=is_public)
    except ConfigError as error:
        return str(error)
    return ""


def accepts(host: str, *, is_public: bool) -> bool:
    return not refusal(host, is_public=is_public)


@given(host=host_names)
def test_a_well_formed_name_is_accepted_unless_it_is_long_or_reserved(host: str) -> None:
    is_short = len(host) <= 64
    assert accepts(host, is_public=True) == (is_short and reserved_suffix(host) is None)
    assert accepts(host, is_public=False) == (is_short and reserved_suffix(host, UNRESOLVABLE) is None)


@given(host=host_names.filter(lambda host: len(host) < 40), suffix=st.sampled_from(WITHOUT_PUBLIC_CERTIFICATE))
def test_nothing_below_a_reserved_suffix_has_a_public_certificate(host: str, suffix: str) -> None:
    assert not accepts(f"{host}.{suffix}", is_public=True)


@given(text=st.text(max_size=300))
def test_any_other_text_is_accepted_or_refused_with_one_sentence(text: str) -> None:
    refused = refusal(text, is_public=True)
    assert refused.count("; allowed is ") == bool(refused)
    assert refused or ("." in text and text == text.strip().lower())
