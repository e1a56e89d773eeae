"""Options that several commands have in common, and options that belong together as one parameter of a command."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, get_type_hints

import typer

Json = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON.")]
MlflowPort = Annotated[int, typer.Option(help="Port of the MLflow server; 0 selects a free port.", min=0, max=65_535)]


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let the fields of each parameter whose type is a dataclass be options of the command.

    Typer reads options from the signature, where a command with many of them would have as many parameters.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    parameters = [each for name, each in signature(command).parameters.items() if name not in groups]
    for group in groups.values():
        types = get_type_hints(group, include_extras=True)
        parameters += [
            Parameter(each.name, Parameter.KEYWORD_ONLY, default=each.default, annotation=types[each.name])
            for each in fields(group)
        ]

    @wraps(command)
    def call(**values: Any) -> None:
        chosen = {
            name: group(**{each.name: values.pop(each.name) for each in fields(group)})
            for name, group in groups.items()
        }
        command(**values, **chosen)

    call.__signature__ = signature(command).replace(parameters=parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {each.name: each.annotation for each in parameters}
    return call
