"""Budgets, docstrings, vocabulary and import rules of the product code, which is all code outside `tests`."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "benchmarks", "checks", "cli", "common", "generator", "infra", "jobs", "local", "operations", "reports", "stacks",
)  # fmt: skip
FILES = [ROOT / "app.py", *(path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))]
FILE_LINES, FUNCTION_LINES, PARAMETERS = 200, 40, 8
NOT_COUNTED = {"self", "cls", "scope", "construct_id"}
#: Words for which the documentation of AWS, Python or MLflow has a standard term.
PRIVATE = re.compile(
    r"\b(embedded platform|fates?|for ever|house rules?|judg(e[ds]?|ing|ement)|nobody|standing clusters?|(is|are) told"
    r"|two keys|upkeep|wakes|way out|behind .* back)\b|what .{1,40} may be$",
    re.I,
)
#: Strings of templates keep their words: a changed description replaces the security group rule that carries it.
EXEMPT = {("infra/network/security_groups.py", "way out")}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))


def place(path: Path, node: Function | ast.ClassDef) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def public(node: ast.Module | ast.ClassDef) -> Iterator[Function | ast.ClassDef]:
    """The public functions and classes of a module or class; methods of private classes are not public."""
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


def test_files_are_short() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in FILES}
    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}


def test_functions_are_short() -> None:
    lengths = {
        place(path, node): (node.end_lineno or 0) - node.lineno + 1 for path in FILES for node in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > FUNCTION_LINES} == {}


def test_functions_have_few_parameters() -> None:
    counts = {
        place(path, node): len({each.arg for each in [*node.args.args, *node.args.kwonlyargs]} - NOT_COUNTED)
        for path in FILES
        for node in functions(path)
    }
    assert {name: count for name, count in counts.items() if count > PARAMETERS} == {}


def test_public_functions_and_classes_have_docstrings() -> None:
    missing = [
        place(path, node)
        for path in FILES
        for node in public(ast.parse(path.read_text()))
        if not ast.get_docstring(node)
    ]
    assert missing == []


def test_no_private_vocabulary_is_used() -> None:
    uses = [
        (path.relative_to(ROOT).as_posix(), number, match[0])
        for path in FILES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for match in PRIVATE.finditer(line)
    ]
    assert [use for use in uses if (use[0], use[2]) not in EXEMPT] == []
    assert {(use[0], use[2]) for use in uses} >= EXEMPT


def test_import_rules_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
