"""The folder of a pipeline as parsed modules, in which the line of a declaration can be found."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jobs.pipeline_check.mistake import Mistake

PIPELINES = "jobs.pipelines"
DECLARATION = "pipeline.py"

#: Modules that the declaration does not need: transforms run in Spark jobs, the others on a developer's machine and in
#: Airflow.
_OTHERS = ("transforms", "landing", "dags")


@dataclass(frozen=True)
class _Text:
    """A text in the code, with the range of lines of the innermost to the outermost call around it."""

    value: str
    path: str
    line: int
    calls: tuple[ast.Call, ...]

    @property
    def call(self) -> str:
        """The name of what the innermost call calls; empty outside of calls."""
        return ast.unparse(self.calls[0].func).rpartition(".")[2] if self.calls else ""


@dataclass(frozen=True)
class PipelineFolder:
    """The Python modules of a pipeline by their path in its folder, such as `transforms/spine.py`."""

    name: str
    root: Path

    @classmethod
    def of(cls, name: str) -> "PipelineFolder":
        """The folder of that name below the package of pipelines, whether it exists or not."""
        parents = [Path(parent) for parent in importlib.import_module(PIPELINES).__path__]
        found = [parent / name for parent in parents if (parent / name).is_dir()]
        return cls(name, (found or [parents[0] / name])[0])

    def shown(self, path: str) -> str:
        """The path of a file relative to the repository."""
        return f"jobs/pipelines/{self.name}/{path}"

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """The text of each module."""
        paths = sorted(self.root.rglob("*.py"))
        return {path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8") for path in paths}

    @cached_property
    def syntax_errors(self) -> list[Mistake]:
        """The modules that Python cannot parse."""
        errors = []
        for path, text in self.sources.items():
            try:
                ast.parse(text, path)
            except SyntaxError as error:
                errors.append(Mistake(self.shown(path), error.lineno or 1, f"Python cannot read it: {error.msg}"))
        return errors

    @cached_property
    def modules(self) -> Mapping[str, ast.Module]:
        """The modules that Python can parse."""
        broken = {error.path for error in self.syntax_errors}
        return {path: ast.parse(text) for path, text in self.sources.items() if self.shown(path) not in broken}

    def module_path(self, module: str) -> str | None:
        """The path of a module of the folder by its full name, or None if it has none."""
        relative = module.removeprefix(f"{PIPELINES}.{self.name}").lstrip(".").replace(".", "/")
        candidates = (f"{relative}.py", f"{relative}/__init__.py") if relative else ("__init__.py",)
        return next((path for path in candidates if path in self.sources), None)

    def place(self, *names: str, call: str = "") -> tuple[str, int]:
        """The path and line where the first of these texts is declared, in a call that has the others if possible.

        Falls back to the other texts, to the call of that name, and to the first line of the declaration.
        """
        for index, name in enumerate(names):
            found = [text for text in self._texts if text.value == name]
            found = found or [text for text in self._texts if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text.value)]
            if found:
                best = min(found, key=lambda text: (text.call != call, _distance(text, names[index + 1 :])))
                return self.shown(best.path), best.line
        calls = [(text.path, text.calls[0].lineno) for text in self._texts if call and text.call == call]
        path, line = calls[0] if calls else (DECLARATION, 1)
        return self.shown(path), line

    @cached_property
    def _texts(self) -> list[_Text]:
        paths = [path for path in self.modules if path.split("/")[0].removesuffix(".py") not in _OTHERS]
        # The declaration itself last: it repeats names that other modules declare.
        paths.sort(key=lambda path: path == DECLARATION)
        return [text for path in paths for text in _texts(self.modules[path], path, ())]


def _texts(node: ast.AST, path: str, calls: tuple[ast.Call, ...]) -> Iterator[_Text]:
    if isinstance(node, ast.Call):
        calls = (node, *calls)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and calls:
        yield _Text(node.value, path, node.lineno, calls)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from (
            _Text(line, path, node.lineno + offset, ()) for offset, line in enumerate(node.value.splitlines() or [""])
        )
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, path, calls)


def _distance(text: _Text, others: tuple[str, ...]) -> int:
    """How many calls around the text must be taken in to meet one with all the other names; large if there is none."""
    for distance, call in enumerate(text.calls):
        held = {node.value for node in ast.walk(call) if isinstance(node, ast.Constant)}
        if set(others) <= held:
            return distance
    return len(text.calls) + 1000
