"""What the modules of a pipeline import: no other pipeline, and nothing heavy on the way to the declaration."""

import ast
import sys
from collections.abc import Iterator
from typing import NamedTuple

from jobs.pipeline_check.folder import DECLARATION, PIPELINES, PipelineFolder
from jobs.pipeline_check.mistake import Mistake


class Import(NamedTuple):
    """One imported module by its full name, and a name that is taken from it."""

    module: str
    name: str | None
    line: int


def import_mistakes(folder: PipelineFolder) -> list[Mistake]:
    """Imports of other pipelines in any module, and of packages in the modules that `pipeline.py` reaches."""
    mistakes = [each for path in folder.modules for each in _other_pipelines(folder, path)]
    reached = _reached(folder)
    for path in sorted(reached):
        for each in imports(folder, path):
            package = each.module.split(".")[0]
            if package not in sys.stdlib_module_names and not _is_allowed(folder, each):
                mistakes.append(
                    Mistake(
                        folder.shown(path),
                        each.line,
                        f"{each.module} is imported{_way(path, reached[path])}; allowed there are the standard "
                        "library, jobs.contracts and modules of the folder, because synthesis, Airflow and containers "
                        "read the declaration without other packages",
                    )
                )
    return mistakes


def imports(folder: PipelineFolder, path: str) -> Iterator[Import]:
    """The imports of a module, with relative names made absolute; imports for type checking are no imports."""
    for node in _run_nodes(folder.modules[path]):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, None, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(folder, path, node)
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)


def _run_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from _run_nodes(child)


def _absolute(folder: PipelineFolder, path: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = [*PIPELINES.split("."), folder.name, *path.removesuffix(".py").split("/")]
    base = parts[: len(parts) - node.level]
    return ".".join([*base, *([node.module] if node.module else [])])


def _is_allowed(folder: PipelineFolder, each: Import) -> bool:
    own = f"{PIPELINES}.{folder.name}"
    in_contracts = each.module == "jobs.contracts" or each.module.startswith("jobs.contracts.")
    # Other pipelines have a sentence of their own.
    return in_contracts or each.module == own or each.module.startswith((f"{own}.", PIPELINES))


def _other_pipelines(folder: PipelineFolder, path: str) -> Iterator[Mistake]:
    for each in imports(folder, path):
        full = f"{each.module}.{each.name}" if each.module == PIPELINES else each.module
        if not full.startswith(f"{PIPELINES}."):
            continue
        other = full.split(".")[2]
        if other != folder.name:
            yield Mistake(
                folder.shown(path),
                each.line,
                f"pipeline {other} is imported; a pipeline imports only its own modules and jobs.contracts, so move "
                "what both need to jobs/contracts or copy it",
            )


def _reached(folder: PipelineFolder) -> dict[str, tuple[str, ...]]:
    """The modules of the folder that importing `pipeline.py` runs, with the modules that lead to each."""
    reached: dict[str, tuple[str, ...]] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [
        (path, ()) for path in (DECLARATION, "__init__.py") if path in folder.modules
    ]
    while waiting:
        path, way = waiting.pop()
        if path in reached:
            continue
        reached[path] = way
        for each in imports(folder, path):
            for module in (each.module, f"{each.module}.{each.name}"):
                found = folder.module_path(module) if module.startswith(f"{PIPELINES}.{folder.name}.") else None
                if found is not None and found in folder.modules:
                    waiting.append((found, (*way, path)))
    return reached


def _way(path: str, way: tuple[str, ...]) -> str:
    """In words how `pipeline.py` reaches a module."""
    if path == DECLARATION or not way:
        return ""
    through = [each for each in way if each != DECLARATION]
    return f" by a module that {DECLARATION} imports" + (f" through {', '.join(through)}" if through else "")
