"""Names that follow the content of resources which AWS cannot change in place.

CloudFormation replaces such a resource by creating the new one first. A new resource with the old one's name fails with
"already exists", for good (CloudFormation user guide, "Name type", replacement of custom-named resources).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

#: Stands for a value that AWS generates, such as the ARN of a key: a template knows it by reference only.
GENERATED = "${}"
#: Marks such a value in a text of CDK; settings are read without loading CDK.
_UNKNOWN = "${Token["
_DIGITS = 8


def content_name(base: str, properties: Mapping[str, Any]) -> str:
    """The base and a digest of the CloudFormation properties, so that another content has another name."""
    return f"{base}-{content_digest(properties)}"


def content_digest(properties: Mapping[str, Any]) -> str:
    """The digest of properties as a template shows them; references count as one fixed value."""
    text = json.dumps(_comparable(properties), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _comparable(value: Any) -> Any:
    if isinstance(value, Mapping):
        is_reference = len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))
        return GENERATED if is_reference else {key: _comparable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_comparable(item) for item in value]
    return GENERATED if isinstance(value, str) and _UNKNOWN in value else value
