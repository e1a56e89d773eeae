"""Mutation test of the checks: which check detects which seeded mistake."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from checks.assembly import Assembly, read_assembly
from checks.assembly_checks import RULES, assembly_findings
from checks.finding import Finding
from checks.mutations.mutation import Mutation
from checks.mutations.validation import SUFFIX, validate_files
from checks.permissions.policies import Template
from checks.validators.custom_rules import custom_rule_names
from checks.variants import VARIANTS
from checks.verify import CHECKS
from stacks.synth import synthesize

#: Prod with a private authority, so that mistakes in shipping it can be seeded.
_PRODUCTION = VARIANTS["private-ca"]

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


def production(folder: Path) -> Assembly:
    """Synthesize prod below `folder` and return it without repetitive resources."""
    synthesize([_PRODUCTION], folder)
    assembly = read_assembly(folder / _PRODUCTION.environment, _PRODUCTION)
    templates = {purpose: _without_repetitive(template) for purpose, template in assembly.templates.items()}
    return replace(assembly, templates=templates)


def detect(mutations: Iterable[Mutation], assembly: Assembly, folder: Path) -> list[Detection]:
    """Apply each mutation to the environment and return the findings that it does not have without the mistake."""
    mutated = [(mutation, mutation.stack_in(assembly), mutation.applied(assembly)) for mutation in mutations]
    files = folder / "files"
    files.mkdir()
    paths = {name: _written(files, f"unchanged-{name}", each) for name, each in assembly.templates.items()}
    changed = {
        number: _written(files, f"mutated-{number}", result.templates[stack])
        for number, (_, stack, result) in enumerate(mutated)
        if result.templates != assembly.templates
    }
    findings = validate_files([*paths.values(), *changed.values()], folder / "assembly", assembly.config.region)
    unchanged = assembly_findings(assembly)
    return [
        Detection(
            mutation=mutation,
            findings=tuple(
                sorted(
                    {
                        *(findings.get(f"mutated-{number}", set()) - findings[f"unchanged-{stack}"]),
                        *(assembly_findings(result) - unchanged),
                    }
                )
            ),
        )
        for number, (mutation, stack, result) in enumerate(mutated)
    ]


def gaps(detections: Iterable[Detection]) -> Iterator[str]:
    """Yield each mistake that no check detects, and each check and custom rule that detects no mistake."""
    detections = list(detections)
    yield from (f"no check detects {each.mutation.name!r}" for each in detections if not each.findings)
    findings = [finding for each in detections for finding in each.findings]
    for check in sorted(set(CHECKS) - {finding.check for finding in findings}):
        yield f"the check {check} detects no mistake; it may be switched off"
    for rule in sorted({*custom_rule_names(), *RULES} - {finding.rule for finding in findings}):
        yield f"the rule {rule} detects no mistake; seed one below checks/mutations/seeded"


def _without_repetitive(template: Template) -> Template:
    kept = {name: item for name, item in template["Resources"].items() if item["Type"] not in _REPETITIVE}
    return {**template, "Resources": kept}


def _written(folder: Path, name: str, template: object) -> Path:
    path = folder / f"{name}{SUFFIX}"
    path.write_text(json.dumps(template, indent=1))
    return path
