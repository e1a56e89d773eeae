import ast
import re
import tarfile
from functools import cache
from pathlib import Path

import cdk_nag
import pytest

from checks.controls import Control, controls, controls_page
from checks.validators.checkov import ENVIRONMENT
from checks.validators.custom_rules import custom_rule_names

REPOSITORY = Path(__file__).parents[2]
CONTROLS = controls()
REFERENCES = sorted({name for control in CONTROLS for name in control.by})


@cache
def nag_rules() -> str:
    (archive,) = Path(cdk_nag.__file__).parent.glob("_jsii/*.tgz")
    with tarfile.open(archive) as files:
        page = files.extractfile("package/RULES.md")
        assert page is not None
        return page.read().decode()


@cache
def checkov_rules() -> str:
    (package,) = ENVIRONMENT.glob("lib/python3*/site-packages/checkov/cloudformation/checks")
    return "\n".join(path.read_text() for path in package.rglob("*") if path.suffix in {".py", ".yaml", ".json"})


def exists(reference: str) -> bool:
    kind, _, name = reference.partition(" ")
    if kind == "guard":
        return name in set(custom_rule_names())
    if kind == "nag":
        return re.search(rf"\b{name.rpartition('-')[2]}\b", nag_rules()) is not None
    if kind == "checkov":
        return f'"{name}"' in checkov_rules()
    path, _, function = name.partition("::")
    if kind != "test" or not (REPOSITORY / path).is_file():
        return False
    tree = ast.parse((REPOSITORY / path).read_text())
    return not function or any(isinstance(node, ast.FunctionDef) and node.name == function for node in tree.body)


@pytest.mark.parametrize("reference", REFERENCES)
def test_what_enforces_a_control_exists(reference: str) -> None:
    assert exists(reference)


def test_what_does_not_exist_is_missed() -> None:
    for name in (
        "guard Nothing",
        "nag AwsSolutions-XX99",
        "checkov CKV_AWS_0",
        "test tests/checks/test_controls.py::no",
        "x y",
    ):
        assert not exists(name)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.ids[0])
def test_a_control_is_enforced_or_excepted_with_a_reason(control: Control) -> None:
    assert control.by or len(control.reason) > 20


def test_no_control_is_listed_twice() -> None:
    ids = [name for control in CONTROLS for name in control.ids]
    assert len(ids) == len(set(ids))


def test_every_custom_rule_is_in_the_list() -> None:
    named = {name.removeprefix("guard ") for name in REFERENCES if name.startswith("guard ")}
    assert set(custom_rule_names()) - named == set()


def test_the_page_has_a_row_for_each_control() -> None:
    rows = [line for line in controls_page().splitlines() if line.startswith("| ")]
    assert len(rows) == len(CONTROLS) + 1
