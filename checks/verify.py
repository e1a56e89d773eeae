"""Every check over every configuration: CDK judges while it synthesizes, other processes judge what it wrote."""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from checks import checkov
from checks.actions import ACTIONS, judge_actions
from checks.checkov import CHECKOV, Checkov
from checks.finding import Finding, Verdict, rule_family
from checks.lint import LINT, lint
from checks.packs import CLOUDFORMATION, GUARD, PACKS, REPORT_ONLY, judge
from infra.config.platform_config import PlatformConfig
from stacks.synth import app_for

CHECKS = (*PACKS, CLOUDFORMATION, GUARD, LINT, CHECKOV, ACTIONS)
MOST_ACKNOWLEDGED_RULES = 25


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The verdict on each configuration, and how long each part took; parts overlap, so they add up to more."""

    verdicts: tuple[Verdict, ...]
    templates: int
    distinct_templates: int
    seconds: Mapping[str, float]

    @property
    def findings(self) -> list[Finding]:
        """Everything that must not be, the same finding of several configurations once."""
        found = {finding for verdict in self.verdicts for finding in verdict.findings}
        return sorted(found) + list(self._excess())

    @property
    def acknowledged(self) -> dict[str, set[str]]:
        """Acknowledged rules with the reasons given for them."""
        reasons: dict[str, set[str]] = defaultdict(set)
        for verdict in self.verdicts:
            for finding in verdict.accepted:
                reasons[rule_family(finding.rule)].add(finding.what)
        return dict(sorted(reasons.items()))

    def _excess(self) -> Iterator[Finding]:
        rules = self.acknowledged
        if len(rules) > MOST_ACKNOWLEDGED_RULES:
            what = f"{len(rules)} rules are acknowledged, allowed are {MOST_ACKNOWLEDGED_RULES}: {', '.join(rules)}"
            yield Finding("acknowledgements", "too many", "all configurations", what)


@dataclass
class _Clock:
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - start


class _Distinct:
    """Templates by content: most stacks of a variant are those of the environment it varies."""

    def __init__(self) -> None:
        self.first: dict[str, Path] = {}
        self.users: dict[str, list[str]] = defaultdict(list)

    def add(self, name: str, region: str, templates: Iterable[Path]) -> list[Path]:
        """Note that the configuration has these templates; returns those not seen before."""
        new = []
        for path in templates:
            key = hashlib.sha256(region.encode() + path.read_bytes()).hexdigest()
            self.users[key].append(name)
            if self.first.setdefault(key, path) == path:
                new.append(path)
        return new

    def by_configuration(self, found: Mapping[Path, Iterable[Finding]]) -> dict[str, set[Finding]]:
        """Findings by template as findings by configuration."""
        result: dict[str, set[Finding]] = defaultdict(set)
        for key, path in self.first.items():
            for name in self.users[key]:
                result[name].update(found.get(path, ()))
        return result


def verify(configurations: Mapping[str, PlatformConfig], outdir: Path) -> Verification:
    """Synthesize every configuration below `outdir` and run every check; findings are returned, not raised."""
    clock, distinct = _Clock(), _Distinct()
    judged: dict[str, tuple[list[Finding], list[Finding]]] = {}
    linted: list[Future[dict[Path, list[Finding]]]] = []
    # Spawned, not forked: this process has threads that talk to Node.
    with clock.part("all"), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for name, config in configurations.items():
            with clock.part("synthesis and packs"):
                app = app_for(config, outdir / name, REPORT_ONLY)
                judged[name] = judge(app)
            new = distinct.add(name, config.region, sorted(Path(app.outdir).glob("*.template.json")))
            if new:
                linted.append(pool.submit(lint, new, config.region))
        others = _judge_templates(distinct, linted, clock)
    verdicts = tuple(_verdict(name, *judged[name], others[name]) for name in configurations)
    return Verification(
        verdicts=verdicts,
        templates=sum(map(len, distinct.users.values())),
        distinct_templates=len(distinct.first),
        seconds=dict(clock.seconds),
    )


def _judge_templates(
    distinct: _Distinct, linted: Iterable[Future[dict[Path, list[Finding]]]], clock: _Clock
) -> dict[str, set[Finding]]:
    """What cfn-lint, checkov and policy_sentry say, by configuration."""
    templates = list(distinct.first.values())
    found: dict[Path, list[Finding]] = defaultdict(list)
    with clock.part("checkov and the rest of cfn-lint"):
        run = Checkov(templates)
        with clock.part("IAM actions"):
            for path in templates:
                found[path] += judge_actions(path.name.removesuffix(".template.json"), json.loads(path.read_text()))
        for future in linted:
            _extend(found, future.result())
        _extend(found, run.findings())
    return distinct.by_configuration(found)


def _extend(found: dict[Path, list[Finding]], more: Mapping[Path, Iterable[Finding]]) -> None:
    for path, findings in more.items():
        found[path] += findings


def _verdict(name: str, found: list[Finding], acknowledged: list[Finding], others: Iterable[Finding]) -> Verdict:
    skipped = {finding: checkov.accepted(finding) for finding in others}
    return Verdict(
        name=name,
        findings=tuple(sorted([*found, *(finding for finding, reason in skipped.items() if reason is None)])),
        accepted=tuple(sorted([*acknowledged, *(reason for reason in skipped.values() if reason is not None)])),
    )
