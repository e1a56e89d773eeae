"""What doctor examines: an environment as it is synthesized, the account it goes to and the machine it is built on."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checks.assembly import Assembly
from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames

Client = Callable[[str], Any]
#: Runs a program and returns its output; None when the program is missing or fails.
Program = Callable[[Sequence[str]], str | None]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An environment with the clients of its account; nothing here writes to the account."""

    assembly: Assembly
    client: Client
    program: Program

    @property
    def config(self) -> PlatformConfig:
        """The settings of the environment."""
        return self.assembly.config

    @cached_property
    def names(self) -> PlatformNames:
        """The names of the environment's resources."""
        return PlatformNames.of(self.config)

    @cached_property
    def stacks(self) -> Mapping[str, Mapping[str, Any]]:
        """The environment's stacks that exist in the account, by purpose, whatever their status is."""
        prefix = f"{self.names.prefix}-"
        found = {stack["StackName"]: stack for stack in self.pages("cloudformation", "describe_stacks", "Stacks")}
        return {name.removeprefix(prefix): stack for name, stack in found.items() if name.startswith(prefix)}

    def exists(self, purpose: str) -> bool:
        """Whether the stack was created, so that its resources are its own."""
        return (
            purpose in self.stacks
            and self.stacks[purpose]["StackStatus"].endswith("_COMPLETE")
            and (not self.stacks[purpose]["StackStatus"].startswith("ROLLBACK_"))
        )

    def resources(self, type_name: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Yield the stack, logical id and properties of each resource of a type in the templates."""
        for purpose, template in self.assembly.templates.items():
            for logical_id, resource in template["Resources"].items():
                if resource["Type"] == type_name:
                    yield purpose, logical_id, resource.get("Properties", {})

    @cached_property
    def types(self) -> Counter[str]:
        """How many resources of each type the templates have."""
        templates = self.assembly.templates.values()
        return Counter(each["Type"] for template in templates for each in template["Resources"].values())

    def stage_of(self, type_name: str) -> str | None:
        """The first stack with a resource of the type; None when no template has it."""
        return next((purpose for purpose, _, _ in self.resources(type_name)), None)

    def items(self, service: str, operation: str, key: str) -> list[Any]:
        """Return the items of an operation that lists, whether or not it has pages."""
        client = self.client(service)
        if client.can_paginate(operation):
            return self.pages(service, operation, key)
        return list(getattr(client, operation)()[key])

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> list[Any]:
        """Return the items of all pages of an operation that lists."""
        pages = self.client(service).get_paginator(operation).paginate(**parameters)
        return [item for page in pages for item in page.get(key, [])]
