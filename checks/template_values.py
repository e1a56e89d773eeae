"""The values of a template as text; a placeholder in braces names what only a deployment knows.

Stacks exchange values through Systems Manager parameters, so the placeholder of such a value is the name of the
parameter, and equal values of two stacks have equal placeholders.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checks.permissions.policies import Template, listed, text

#: The property that holds the name of a resource, and its ARN.
_NAMED = {
    "AWS::IAM::Role": ("RoleName", "arn:aws:iam::{account}:role/{name}"),
    "AWS::Lambda::Function": ("FunctionName", "arn:aws:lambda:{region}:{account}:function:{name}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "arn:aws:logs:{region}:{account}:log-group:{name}:*"),
    "AWS::S3::Bucket": ("BucketName", "arn:aws:s3:::{name}"),
    "AWS::SNS::Topic": ("TopicName", "arn:aws:sns:{region}:{account}:{name}"),
    "AWS::SQS::Queue": ("QueueName", "arn:aws:sqs:{region}:{account}:{name}"),
}


#: The `Ref` of a secret is its ARN, which Secrets Manager completes with six characters.
_WITH_SUFFIX = "arn:aws:secretsmanager:{region}:{account}:secret:{name}-??????"


class Values:
    """Resolves the intrinsic functions of one template."""

    def __init__(self, template: Template, *, region: str, account: str) -> None:
        self._resources: Mapping[str, Any] = template["Resources"]
        self._parameters: Mapping[str, Any] = template.get("Parameters", {})
        self._place = {"region": region, "account": account}

    def text(self, value: Any) -> str:
        """Return a value as text."""
        if isinstance(value, dict) and "Fn::Join" in value:
            separator, parts = value["Fn::Join"]
            return str(separator).join(self.text(part) for part in listed(parts))
        if isinstance(value, dict) and "Ref" in value:
            return self._referred(str(value["Ref"]))
        if isinstance(value, dict) and "Fn::GetAtt" in value:
            return self._attribute(*listed(value["Fn::GetAtt"]))
        return text(value)

    def resolved(self, value: Any) -> Any:
        """Return a document with every intrinsic function in it as text."""
        if isinstance(value, list):
            return [self.resolved(item) for item in value]
        if isinstance(value, dict):
            if len(value) == 1 and re.match(r"Ref$|Fn::", next(iter(value))):
                return self.text(value)
            return {key: self.resolved(item) for key, item in value.items()}
        return value

    def _referred(self, name: str) -> str:
        if name in self._parameters:
            return f"{{{self._parameters[name].get('Default', name)}}}"
        if name.startswith("AWS::"):
            return text({"Ref": name})
        resource = self._resources.get(name, {})
        if resource.get("Type") == "AWS::SecretsManager::Secret":
            return _WITH_SUFFIX.format(name=resource["Properties"]["Name"], **self._place)
        return self._name(name) or f"{{{name}}}"

    def _attribute(self, logical_id: str, attribute: str) -> str:
        name = self._name(logical_id)
        if attribute != "Arn" or not name:
            return f"{{{logical_id}.{attribute}}}"
        return _NAMED[self._resources[logical_id]["Type"]][1].format(name=name, **self._place)

    def _name(self, logical_id: str) -> str:
        resource = self._resources.get(logical_id, {})
        key, _ = _NAMED.get(resource.get("Type", ""), ("", ""))
        name = resource.get("Properties", {}).get(key)
        return name if isinstance(name, str) else ""


def values_at(document: Any, path: str) -> Iterator[Any]:
    """Yield the values at a path of keys separated by dots; `*` stands for every item of a list."""
    key, _, rest = path.partition(".")
    if not key:
        yield document
    elif key == "*":
        for item in document if isinstance(document, list) else ():
            yield from values_at(item, rest)
    elif isinstance(document, dict) and key in document:
        yield from values_at(document[key], rest)
