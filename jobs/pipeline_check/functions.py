"""The files and functions that the platform calls in the folder of a pipeline."""

import ast
from collections.abc import Iterator, Mapping

from jobs.pipeline_check.folder import DECLARATION, PIPELINES, PipelineFolder
from jobs.pipeline_check.imports import imports
from jobs.pipeline_check.mistake import Mistake

#: The positional and the named parameters of a function.
Parameters = tuple[tuple[str, ...], tuple[str, ...]]

#: Positional and named parameters of each function, by the module that must have it.
FUNCTIONS: Mapping[str, Mapping[str, Parameters]] = {
    "transforms": {
        "cleanse": (("raw",), ()),
        "features": (("cleansed",), ("first_day", "last_day")),
        "spine": (("cleansed",), ()),
    },
    "landing": {"landing_files": (("first", "last"), ())},
}
#: The factories of `jobs/dags/` that `dags.py` calls, each in a module of its name.
DAG_FACTORIES = ("data_dag", "training_dag", "scoring_dag")


def function_mistakes(folder: PipelineFolder) -> list[Mistake]:
    """Missing modules, and functions that are missing or have other parameters than those that the platform gives."""
    mistakes = []
    for module, functions in FUNCTIONS.items():
        path = folder.module_path(f"{PIPELINES}.{folder.name}.{module}")
        if path is None:
            mistakes.append(_missing(folder, module, f"it must define {', '.join(map(_signature, functions.items()))}"))
        elif path in folder.modules:
            mistakes += _wrong_functions(folder, path, functions)
    return [*mistakes, *_dag_mistakes(folder)]


def _dag_mistakes(folder: PipelineFolder) -> Iterator[Mistake]:
    """Airflow finds a DAG as a variable of the module, so each factory must be called outside of functions."""
    path = folder.module_path(f"{PIPELINES}.{folder.name}.dags")
    if path is None:
        yield _missing(folder, "dags", f"it must assign the DAGs of {', '.join(DAG_FACTORIES)} to variables")
    elif path in folder.modules:
        assigned = [node.value for node in folder.modules[path].body if isinstance(node, ast.Assign)]
        calls = {
            ast.unparse(call.func).rpartition(".")[2]
            for value in assigned
            for call in ast.walk(value)
            if isinstance(call, ast.Call)
        }
        for factory in sorted(set(DAG_FACTORIES) - calls):
            yield Mistake(
                folder.shown(path), 1, f"no variable is assigned {factory}(PIPELINE), so Airflow lacks the DAG"
            )


def _wrong_functions(folder: PipelineFolder, path: str, functions: Mapping[str, Parameters]) -> Iterator[Mistake]:
    for name, (positional, named) in functions.items():
        wanted = _signature((name, (positional, named)))
        place = _definition(folder, path, name)
        if place is None:
            yield Mistake(folder.shown(path), 1, f"function {name} is missing; define or import {wanted}")
            continue
        where, node = place
        if node is not None and not _accepts(node.args, len(positional), named):
            yield Mistake(
                folder.shown(where), node.lineno, f"{name}({ast.unparse(node.args)}) cannot be called as {wanted}"
            )


def _definition(folder: PipelineFolder, path: str, name: str) -> tuple[str, ast.FunctionDef | None] | None:
    """Where a function is defined, following imports within the folder; no node if it is assigned or from elsewhere."""
    for node in folder.modules[path].body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return path, node
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == name for each in node.targets
        ):
            return path, None
    for each in imports(folder, path):
        if each.name == name:
            target = folder.module_path(each.module)
            return _definition(folder, target, name) if target and target in folder.modules else (path, None)
    return None


def _accepts(arguments: ast.arguments, positional: int, named: tuple[str, ...]) -> bool:
    accepted = [*arguments.posonlyargs, *arguments.args]
    # Positional parameters beyond those given must be among the named ones, or have a default.
    optional = {each.arg for each in accepted[len(accepted) - len(arguments.defaults) :]}
    extra = [each.arg for each in accepted[positional:]]
    required = [
        each.arg for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is None
    ]
    by_name = {*extra, *(each.arg for each in arguments.kwonlyargs)}
    enough = len(accepted) >= positional or arguments.vararg is not None
    given = set(named) <= by_name or arguments.kwarg is not None
    return enough and given and {*(set(extra) - optional), *required} <= set(named)


def _signature(function: tuple[str, Parameters]) -> str:
    name, (positional, named) = function
    return f"{name}({', '.join([*positional, *(('*', *named) if named else ())])})"


def _missing(folder: PipelineFolder, module: str, reason: str) -> Mistake:
    return Mistake(folder.shown(DECLARATION), 1, f"the folder has no module {module}; {reason}")
