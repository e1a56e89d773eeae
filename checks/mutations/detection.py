"""Mutation test of the checks: which check detects which seeded mistake."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.custom_rules import custom_rule_names
from checks.finding import Finding
from checks.mutations.mutation import Mutation, Template
from checks.mutations.validation import SUFFIX, validate_files
from checks.verify import CHECKS
from infra.environments import PROD
from infra.names import PlatformNames
from stacks.synth import synthesize

#: Types of many similar resources that no other resource refers to; validating them with each mistake would take most
#: of the time.
_REPETITIVE = {"AWS::Athena::NamedQuery", "AWS::Glue::TableOptimizer"}


@dataclass(frozen=True, kw_only=True)
class Detection:
    """A seeded mistake and the findings that the template does not have without it."""

    mutation: Mutation
    findings: tuple[Finding, ...]

    @property
    def checks(self) -> list[str]:
        """The checks that detect the mistake, as `check: rule`; a rule of a pack is given without the pack's name."""
        return sorted(
            {f"{finding.check}: {finding.rule.removeprefix(f'{finding.check}-')}" for finding in self.findings}
        )


def production_templates(folder: Path) -> dict[str, Template]:
    """Synthesize prod below `folder`; returns its templates by stack purpose, without repetitive resources."""
    synthesize([PROD], folder)
    prefix = f"{PlatformNames.of(PROD).prefix}-"
    return {
        path.name.removesuffix(SUFFIX).removeprefix(prefix): _without_repetitive(json.loads(path.read_text()))
        for path in sorted((folder / PROD.environment).glob(f"*{SUFFIX}"))
    }


def detect(
    mutations: Iterable[Mutation], templates: Mapping[str, Template], folder: Path, region: str = PROD.region
) -> list[Detection]:
    """Apply each mutation to its stack's template and return the findings that the unchanged template lacks."""
    mutations = list(mutations)
    files = folder / "files"
    files.mkdir()
    paths = [_written(files, f"unchanged-{name}", template) for name, template in templates.items()]
    for number, mutation in enumerate(mutations):
        paths.append(_written(files, f"mutated-{number}", mutation.applied(templates[mutation.stack])))
    findings = validate_files(paths, folder / "assembly", region)
    return [
        Detection(
            mutation=mutation,
            findings=tuple(sorted(findings[f"mutated-{number}"] - findings[f"unchanged-{mutation.stack}"])),
        )
        for number, mutation in enumerate(mutations)
    ]


def gaps(detections: Iterable[Detection]) -> Iterator[str]:
    """Yield each mistake that no check detects, and each check and custom rule that detects no mistake."""
    detections = list(detections)
    yield from (f"no check detects {each.mutation.name!r}" for each in detections if not each.findings)
    findings = [finding for each in detections for finding in each.findings]
    for check in sorted(set(CHECKS) - {finding.check for finding in findings}):
        yield f"the check {check} detects no mistake; it may be switched off"
    for rule in sorted(set(custom_rule_names()) - {finding.rule for finding in findings}):
        yield f"the custom rule {rule} detects no mistake; seed one below checks/mutations/seeded"


def _without_repetitive(template: Template) -> Template:
    kept = {name: item for name, item in template["Resources"].items() if item["Type"] not in _REPETITIVE}
    return {**template, "Resources": kept}


def _written(folder: Path, name: str, template: object) -> Path:
    path = folder / f"{name}{SUFFIX}"
    path.write_text(json.dumps(template, indent=1))
    return path
