"""Run every check over every configuration: CDK validates while it synthesizes, other processes check its templates."""

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from checks import acknowledgements, coverage
from checks.assembly import ASSEMBLY, Assembly, read_assembly
from checks.assembly_checks import assembly_findings
from checks.environment.shared_names import collisions
from checks.finding import Finding, Result
from checks.template_checks import TEMPLATE_CHECKS, validate_template
from checks.validators import checkov
from checks.validators.checkov import CHECKOV, Checkov
from checks.validators.lint import LINT, lint
from checks.validators.packs import CLOUDFORMATION, GUARD, PACKS, REPORT_ONLY, validate_app
from checks.variants import VARIANTS
from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from stacks.synth import app_for

CHECKS = (*PACKS, CLOUDFORMATION, GUARD, LINT, CHECKOV, *TEMPLATE_CHECKS, ASSEMBLY)


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The result of each configuration; `seconds` by part, which run in parallel, so their sum exceeds the duration."""

    results: tuple[Result, ...]
    types: Mapping[str, Counter[str]]
    """Resource types by configuration."""
    prefixes: Mapping[str, str]
    """Name prefix of the platform by configuration."""
    templates: int
    distinct_templates: int
    seconds: Mapping[str, float]
    shared: tuple[Finding, ...] = ()
    """What two environments of one account would both create."""

    @property
    def findings(self) -> list[Finding]:
        """All findings, each once although several configurations may have it."""
        return sorted({*self._configurations(), *self._overall()})

    @property
    def acknowledged(self) -> dict[str, set[str]]:
        """Acknowledged rules with the reasons given for them."""
        return acknowledgements.reasons_by_rule(self.results)

    @property
    def acknowledged_lines(self) -> list[str]:
        """The list of acknowledged findings that `checks/acknowledged.txt` holds."""
        return acknowledgements.acknowledged_lines(self.results, self.prefixes)

    def _configurations(self) -> Iterator[Finding]:
        for result in self.results:
            yield from result.findings

    def _overall(self) -> Iterator[Finding]:
        yield from self.shared
        yield from acknowledgements.acknowledgement_findings(self.results)
        yield from coverage.type_findings(self.types)
        # Only all configurations together show what none of them uses.
        if self.types.keys() >= VARIANTS.keys():
            yield from coverage.unused_findings(self.types)
            yield from acknowledgements.review_findings(self.acknowledged_lines)


@dataclass
class _Clock:
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - start


class _Distinct:
    """Templates by content: most stacks of a variant equal those of the environment it is derived from."""

    def __init__(self) -> None:
        self.first: dict[str, Path] = {}
        self.users: dict[str, list[str]] = defaultdict(list)

    def add(self, name: str, region: str, templates: Iterable[Path]) -> list[Path]:
        """Record the templates of a configuration; returns those that no earlier one has."""
        new = []
        for path in templates:
            key = hashlib.sha256(region.encode() + path.read_bytes()).hexdigest()
            self.users[key].append(name)
            if self.first.setdefault(key, path) == path:
                new.append(path)
        return new

    def by_configuration(self, findings: Mapping[Path, Iterable[Finding]]) -> dict[str, set[Finding]]:
        """Convert findings by template to findings by configuration."""
        result: dict[str, set[Finding]] = defaultdict(set)
        for key, path in self.first.items():
            for name in self.users[key]:
                result[name].update(findings.get(path, ()))
        return result

    def types(self) -> dict[str, Counter[str]]:
        """Return the resource types by configuration."""
        result: dict[str, Counter[str]] = defaultdict(Counter)
        for key, path in self.first.items():
            types = Counter(item["Type"] for item in json.loads(path.read_text())["Resources"].values())
            for name in self.users[key]:
                result[name].update(types)
        return result


def verify(configurations: Mapping[str, PlatformConfig], outdir: Path) -> Verification:
    """Synthesize every configuration below `outdir` and run every check; findings are returned, not raised."""
    clock, distinct, assemblies = _Clock(), _Distinct(), list[Assembly]()
    validated: dict[str, tuple[list[Finding], list[Finding]]] = {}
    linted: list[Future[dict[Path, list[Finding]]]] = []
    # Spawned, not forked: this process has threads that communicate with Node.
    with clock.part("all"), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for name, config in configurations.items():
            with clock.part("synthesis and packs"):
                app = app_for(config, outdir / name, REPORT_ONLY)
                findings, acknowledged = validate_app(app)
                assemblies.append(read_assembly(Path(app.outdir), config))
                findings += assembly_findings(assemblies[-1])
                validated[name] = findings, acknowledged
            new = distinct.add(name, config.region, sorted(Path(app.outdir).glob("*.template.json")))
            if new:
                linted.append(pool.submit(lint, new, config.region))
        others = _validate_templates(distinct, linted, clock)
    return Verification(
        results=tuple(_result(name, *validated[name], others[name]) for name in configurations),
        types=distinct.types(),
        prefixes={name: PlatformNames.of(config).prefix for name, config in configurations.items()},
        templates=sum(map(len, distinct.users.values())),
        distinct_templates=len(distinct.first),
        seconds=dict(clock.seconds),
        shared=tuple(collisions(assemblies)),
    )


def _validate_templates(
    distinct: _Distinct, linted: Iterable[Future[dict[Path, list[Finding]]]], clock: _Clock
) -> dict[str, set[Finding]]:
    """Return the findings of cfn-lint, checkov and the checks of single templates by configuration."""
    templates = list(distinct.first.values())
    findings: dict[Path, list[Finding]] = defaultdict(list)
    with clock.part("checkov and the rest of cfn-lint"):
        run = Checkov(templates)
        with clock.part("single templates"):
            for path in templates:
                stack, template = path.name.removesuffix(".template.json"), json.loads(path.read_text())
                findings[path] += validate_template(stack, template)
        for future in linted:
            _extend(findings, future.result())
        _extend(findings, run.findings())
    return distinct.by_configuration(findings)


def _extend(findings: dict[Path, list[Finding]], more: Mapping[Path, Iterable[Finding]]) -> None:
    for path, items in more.items():
        findings[path] += items


def _result(name: str, findings: list[Finding], acknowledged: list[Finding], others: Iterable[Finding]) -> Result:
    skipped = {finding: checkov.accepted(finding) for finding in others}
    return Result(
        name=name,
        findings=tuple(sorted([*findings, *(finding for finding, reason in skipped.items() if reason is None)])),
        accepted=tuple(sorted([*acknowledged, *(reason for reason in skipped.values() if reason is not None)])),
    )
