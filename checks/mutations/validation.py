"""Run every check on template files instead of constructs: many files in one app and one run of each checker."""

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import cloudformation_include as include

from checks.finding import Finding
from checks.template_checks import validate_template
from checks.validators.checkov import Checkov
from checks.validators.lint import lint
from checks.validators.packs import REPORT_ONLY, validate_app
from stacks.synth import new_app

SUFFIX = ".template.json"


def validate_files(templates: Sequence[Path], outdir: Path, region: str) -> dict[str, set[Finding]]:
    """Return the findings by file name; `where` is only the logical id, so that findings of files can be compared."""
    findings: dict[str, set[Finding]] = {path.name.removesuffix(SUFFIX): set() for path in templates}
    # Spawned, not forked: this process has threads that communicate with Node.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        linted = pool.submit(lint, templates, region)
        run = Checkov(templates)
        for path in templates:
            _add(findings, validate_template(path.name.removesuffix(SUFFIX), json.loads(path.read_text())))
        _add(findings, _validate_constructs(templates, outdir))
        for items in (*linted.result().values(), *run.findings().values()):
            _add(findings, items)
    return findings


def _validate_constructs(templates: Sequence[Path], outdir: Path) -> list[Finding]:
    app = new_app(outdir, REPORT_ONLY)
    for path in templates:
        # The legacy synthesizer adds no parameters to the template.
        stack = cdk.Stack(app, path.name.removesuffix(SUFFIX), synthesizer=cdk.LegacyStackSynthesizer())
        include.CfnInclude(stack, "Included", template_file=str(path))
    return validate_app(app)[0]


def _add(findings: dict[str, set[Finding]], items: Sequence[Finding]) -> None:
    for finding in items:
        name, _, rest = finding.where.partition("/")
        findings[name].add(replace(finding, where=rest.rpartition("/")[2]))
