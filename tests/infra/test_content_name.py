import aws_cdk as cdk
from hypothesis import given
from hypothesis import strategies as st

from infra.content_name import GENERATED, content_digest, content_name

CONTENTS = st.dictionaries(st.sampled_from("abc"), st.integers() | st.text(max_size=3) | st.lists(st.booleans()))


@given(one=CONTENTS, other=CONTENTS)
def test_names_are_equal_exactly_when_contents_are(one: dict[str, object], other: dict[str, object]) -> None:
    assert (repr(sorted(one.items())) == repr(sorted(other.items()))) == (
        content_name("mlops-dev-spark", one) == content_name("mlops-dev-spark", other)
    )


def test_the_order_of_keys_does_not_matter() -> None:
    assert content_digest({"a": 1, "b": 2}) == content_digest({"b": 2, "a": 1})


def test_what_aws_generates_counts_alike_in_code_and_in_the_template() -> None:
    token = cdk.Fn.import_value("key")
    digests = {
        content_digest({"Key": key}) for key in (GENERATED, token, {"Ref": "Key"}, {"Fn::GetAtt": ["Key", "Arn"]})
    }
    assert len(digests) == 1
    assert content_digest({"Key": "arn:aws:kms:us-east-1:111111111111:key/1"}) not in digests
