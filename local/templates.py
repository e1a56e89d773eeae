"""Read synthesized CloudFormation templates and resolve their intrinsic functions without an AWS account."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.errors import PlatformError
from common.resource_types import ResourceType, resource_types

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
#: The facts about a type that the platform's templates do not use.
_OTHER = ResourceType()


@dataclass(frozen=True)
class Resource:
    """A resource of a template with its properties resolved."""

    stack: str
    logical_id: str
    type: str
    properties: Mapping[str, Any]


class Templates:
    """The templates of an assembly that was synthesized for the given account and region."""

    def __init__(self, assembly: Path, account: str, region: str) -> None:
        paths = sorted(assembly.glob("*.template.json"))
        if not paths:
            raise PlatformError(f"no templates in {assembly}; run `make synth` and correct the errors that it reports")
        self._stacks = {path.name.removesuffix(".template.json"): json.loads(path.read_text()) for path in paths}
        self._pseudo = {
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }
        self._published = {
            resource["Properties"]["Name"]: (stack, resource["Properties"]["Value"])
            for stack, template in self._stacks.items()
            for resource in template.get("Resources", {}).values()
            if resource["Type"] == "AWS::SSM::Parameter"
        }

    def resources(self, *types: str) -> Iterator[Resource]:
        """Yield the resources of these types, ordered by type as given."""
        for resource_type in types:
            for stack, template in self._stacks.items():
                for logical_id, resource in template.get("Resources", {}).items():
                    if resource["Type"] == resource_type:
                        properties = self._resolve(stack, resource.get("Properties", {}))
                        yield Resource(stack, logical_id, resource_type, properties)

    def airflow_options(self) -> dict[str, str]:
        """Return the Airflow options of the MWAA environment; raises PlatformError unless there is exactly one."""
        environments = list(self.resources("AWS::MWAA::Environment"))
        if len(environments) != 1:
            raise PlatformError(f"the templates have {len(environments)} MWAA environments; allowed is exactly one")
        return {key: str(value) for key, value in environments[0].properties["AirflowConfigurationOptions"].items()}

    def _resolve(self, stack: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._resolve(stack, item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._intrinsic(stack, name, argument)
        return {key: self._resolve(stack, item) for key, item in value.items()}

    def _intrinsic(self, stack: str, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._pseudo.get(argument) or self._reference(stack, argument)
            case "Fn::GetAtt":
                logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
                return self._attribute(stack, logical_id, attribute)
            case "Fn::Join":
                return argument[0].join(str(part) for part in self._resolve(stack, argument[1]))
            case "Fn::Sub":
                text, variables = (argument, {}) if isinstance(argument, str) else argument
                return _VARIABLE.sub(lambda match: str(self._variable(stack, match.group(1), variables)), text)
            case "Fn::Select":
                return self._resolve(stack, argument[1])[int(argument[0])]
            case "Fn::Split":
                return self._resolve(stack, argument[1]).split(argument[0])
        raise PlatformError(f"stack {stack} uses {name}, which the local platform does not resolve")

    def _variable(self, stack: str, name: str, variables: Mapping[str, Any]) -> Any:
        if name in variables:
            return self._resolve(stack, variables[name])
        reference = {"Fn::GetAtt": name} if "." in name else {"Ref": name}
        return self._resolve(stack, reference)

    def _reference(self, stack: str, logical_id: str) -> str:
        template = self._stacks[stack]
        if logical_id in template.get("Parameters", {}):
            return self._parameter(template["Parameters"][logical_id])
        row = _row(template["Resources"][logical_id])
        name = self._name(stack, logical_id)
        return self._arn(row, name) if row.ref_is_arn else name

    def _name(self, stack: str, logical_id: str) -> str:
        """Return the physical name that the template sets, or one derived from stack and logical id."""
        resource = self._stacks[stack]["Resources"][logical_id]
        row = _row(resource)
        name = resource.get("Properties", {}).get(row.name_property)
        if name is not None:
            return str(self._resolve(stack, name))
        digest = hashlib.sha256(f"{stack}/{logical_id}".encode()).hexdigest()
        return (row.id_prefix or f"{logical_id}-") + digest[:17]

    def _arn(self, row: ResourceType, name: str) -> str:
        return row.arn.format(account=self._pseudo["AWS::AccountId"], region=self._pseudo["AWS::Region"], name=name)

    def _parameter(self, parameter: Mapping[str, str]) -> str:
        """Return the value that another stack publishes in SSM for this parameter, or the default of the parameter."""
        default = parameter.get("Default", "")
        if not parameter["Type"].startswith("AWS::SSM::Parameter::Value") or default not in self._published:
            return default
        publisher, value = self._published[default]
        return str(self._resolve(publisher, value))

    def _attribute(self, stack: str, logical_id: str, attribute: str) -> str:
        resource = self._stacks[stack]["Resources"][logical_id]
        row, name = _row(resource), self._name(stack, logical_id)
        if attribute == "Arn" and row.arn:
            return self._arn(row, name)
        if attribute in {"GroupId", "Id", "VpcId", "ApplicationId"}:
            return name
        if attribute.endswith("Arn"):
            service = resource["Type"].split("::")[1].lower()
            account, region = self._pseudo["AWS::AccountId"], self._pseudo["AWS::Region"]
            return f"arn:aws:{service}:{region}:{account}:{name}/{attribute}"
        return f"{name}.{attribute}"


def _row(resource: Mapping[str, Any]) -> ResourceType:
    return resource_types().get(resource["Type"], _OTHER)
