"""Seeded mistakes: a small change to one template, image or module of jobs each, defined in `seeded/<stack>.toml`.

The file `pipeline.toml` has the mistakes in the stack of any pipeline.

A mistake names a `resource` as `Service::Type`, followed by the start of a logical id where there are several, and
edits it: `put` sets properties, `drop` removes one, `attribute` sets load balancer attributes, `allow` adds a statement
to its policy and `withdraw` removes an action from it. Other mistakes `add` or `remove` resources, or add `outputs`. A
path such as `Rules.0.Name` names a property, with `\\.` for a dot in a name; a path that starts with `/` names an
attribute of the resource itself.

A mistake in an `image` names its construct and gives another `platform`, drops the instructions of the Dockerfile that
start with `drop`, or appends `instruction`. A mistake in the `code` of Spark jobs appends a `line` to a `file`. A
mistake in what is `shipped` names an asset and gives another text of its file with private authorities. A mistake in
the order of stacks makes its stack `independent_of` another one.
"""

import copy
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from checks.assembly import Assembly, ImageAsset
from checks.permissions.policies import Template, listed
from infra.pipeline_scope import is_pipeline_stack

#: Stands for the stack of any pipeline.
PIPELINE = "pipeline"
_FOLDER = Path(__file__).with_name("seeded")


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One mistake in the template of one stack, one image, one module of Spark jobs or one dependency."""

    name: str
    stack: str
    resource: str
    edits: Mapping[str, Any]
    image: Mapping[str, str] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)
    shipped: Mapping[str, str] = field(default_factory=dict)
    independent_of: str = ""

    def applied(self, assembly: Assembly) -> Assembly:
        """Return the environment with the mistake; raises ValueError when it would change nothing."""
        stack = self.stack_in(assembly)
        template = copy.deepcopy(assembly.templates[stack])
        for verb, argument in self.edits.items():
            _EDITS[verb](template, self.resource, argument)
        templates = {**assembly.templates, stack: template}
        images = {
            tag: _changed(image, **self.image) if self.image.get("name") == image.name else image
            for tag, image in assembly.images.items()
        }
        job_code = {**assembly.job_code}
        if self.code:
            job_code[self.code["file"]] += f"\n{self.code['line']}\n"
        shipped = {**assembly.shipped, **self.shipped}
        dependencies = {**assembly.dependencies}
        if self.independent_of:
            dependencies[stack] -= {self.independent_of}
        mutated = replace(
            assembly,
            templates=templates,
            images=images,
            job_code=job_code,
            shipped=shipped,
            dependencies=dependencies,
        )
        if mutated == assembly:
            raise ValueError(f"mutation {self.name!r}: changed nothing in stack {stack}; correct its edits")
        return mutated

    def stack_in(self, assembly: Assembly) -> str:
        """Return the purpose of the changed stack, which is that of the first pipeline for `PIPELINE`."""
        is_any = self.stack == PIPELINE
        return next(each for each in assembly.templates if is_pipeline_stack(each)) if is_any else self.stack


def seeded_mutations() -> list[Mutation]:
    """Return every mistake in the folder, by stack."""
    return list(_read())


def _read() -> Iterator[Mutation]:
    for path in sorted(_FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text())["mutation"]:
            edits = {verb: argument for verb, argument in entry.items() if verb in _EDITS}
            own = {name: value for name, value in entry.items() if name not in _EDITS}
            yield Mutation(**{"resource": "", **own}, stack=path.stem, edits=edits)


def _changed(image: ImageAsset, *, name: str, platform: str = "", drop: str = "", instruction: str = "") -> ImageAsset:
    lines = [line for line in image.dockerfile.splitlines() if not drop or not line.startswith(drop)]
    return ImageAsset(
        name=name, platform=platform or image.platform, dockerfile="\n".join([*lines, *instruction.splitlines()])
    )


def _put(template: Template, resource: str, properties: Mapping[str, Any]) -> None:
    for path, value in properties.items():
        holder, key = _holder(template["Resources"][_chosen(template, resource)], path)
        holder[key] = value


def _drop(template: Template, resource: str, path: str) -> None:
    holder, key = _holder(template["Resources"][_chosen(template, resource)], path)
    del holder[key]


def _attribute(template: Template, resource: str, attributes: Mapping[str, str]) -> None:
    pairs = template["Resources"][_chosen(template, resource)]["Properties"]["LoadBalancerAttributes"]
    for pair in pairs:
        pair["Value"] = attributes.get(pair["Key"], pair["Value"])


def _allow(template: Template, resource: str, statement: Mapping[str, Any]) -> None:
    document = template["Resources"][_chosen(template, resource)]["Properties"]["PolicyDocument"]
    document["Statement"].append({"Effect": "Allow", **statement})


def _withdraw(template: Template, resource: str, action: str) -> None:
    document = template["Resources"][_chosen(template, resource)]["Properties"]["PolicyDocument"]
    for statement in document["Statement"]:
        statement["Action"] = [each for each in listed(statement["Action"]) if each != action]
    document["Statement"] = [statement for statement in document["Statement"] if statement["Action"]]


def _add(template: Template, _: str, resources: Template) -> None:
    template["Resources"].update(resources)


def _remove(template: Template, _: str, resource: str) -> None:
    del template["Resources"][_chosen(template, resource)]


def _outputs(template: Template, _: str, outputs: Template) -> None:
    template.setdefault("Outputs", {}).update(outputs)


_EDITS: dict[str, Callable[[Template, str, Any], None]] = {
    "put": _put,
    "drop": _drop,
    "attribute": _attribute,
    "allow": _allow,
    "withdraw": _withdraw,
    "add": _add,
    "remove": _remove,
    "outputs": _outputs,
}


def _chosen(template: Template, resource: str) -> str:
    type_name, _, prefix = resource.partition(" ")
    named: list[str] = [name for name, item in template["Resources"].items() if item["Type"] == f"AWS::{type_name}"]
    chosen = [name for name in named if name.startswith(prefix)]
    if not chosen:
        raise ValueError(f"mutation of {resource!r}: no such resource; the template has {named}")
    return chosen[0]


def _holder(resource: Template, path: str) -> tuple[Any, Any]:
    """Return the container that the path leads to, and the last key of the path."""
    *parents, last = (name.replace("\\.", ".") for name in re.split(r"(?<!\\)\.", path.removeprefix("/")))
    holder: Any = resource if path.startswith("/") else resource["Properties"]
    for name in parents:
        holder = holder[int(name)] if isinstance(holder, list) else holder.setdefault(name, {})
    return holder, int(last) if isinstance(holder, list) else last
