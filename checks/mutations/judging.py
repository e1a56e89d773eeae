"""Every check over templates as files, which no construct made: many in one app, one run of each checker."""

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import cloudformation_include as include

from checks.actions import judge_actions
from checks.checkov import Checkov
from checks.finding import Finding
from checks.lint import lint
from checks.packs import REPORT_ONLY, judge
from stacks.synth import new_app

SUFFIX = ".template.json"


def judge_files(templates: Sequence[Path], outdir: Path, region: str) -> dict[str, set[Finding]]:
    """What every check says of each file, by the file's name; `where` is the logical id alone, so files compare."""
    found: dict[str, set[Finding]] = {path.name.removesuffix(SUFFIX): set() for path in templates}
    # Spawned, not forked: this process has threads that talk to Node.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        linted = pool.submit(lint, templates, region)
        run = Checkov(templates)
        for path in templates:
            _note(found, judge_actions(path.name.removesuffix(SUFFIX), json.loads(path.read_text())))
        _note(found, _judge_constructs(templates, outdir))
        for findings in (*linted.result().values(), *run.findings().values()):
            _note(found, findings)
    return found


def _judge_constructs(templates: Sequence[Path], outdir: Path) -> list[Finding]:
    app = new_app(outdir, REPORT_ONLY)
    for path in templates:
        # The legacy synthesizer adds no parameter of its own to what the file holds.
        stack = cdk.Stack(app, path.name.removesuffix(SUFFIX), synthesizer=cdk.LegacyStackSynthesizer())
        include.CfnInclude(stack, "Included", template_file=str(path))
    return judge(app)[0]


def _note(found: dict[str, set[Finding]], findings: Sequence[Finding]) -> None:
    for finding in findings:
        name, _, rest = finding.where.partition("/")
        found[name].add(replace(finding, where=rest.rpartition("/")[2]))
