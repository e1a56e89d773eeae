"""Which check catches which seeded mistake."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from checks.finding import Finding
from checks.mutations.judging import SUFFIX, judge_files
from checks.mutations.mutation import Mutation, Template
from checks.packs import REPORT_ONLY, judge
from infra.environments import PROD
from stacks.synth import app_for

#: Many alike, which no other resource refers to: judging them again with each mistake would take most of the time.
_BULK = {"AWS::Athena::NamedQuery", "AWS::Glue::DataQualityRuleset", "AWS::Glue::TableOptimizer"}


@dataclass(frozen=True, kw_only=True)
class Caught:
    """A mistake, and the findings that the templates did not have without it."""

    mutation: Mutation
    findings: tuple[Finding, ...]

    @property
    def checks(self) -> list[str]:
        """The checks that caught it, as `check rule`; a pack's rule without the name of the pack."""
        return sorted(
            {f"{finding.check}: {finding.rule.removeprefix(f'{finding.check}-')}" for finding in self.findings}
        )


def catch(mutations: Iterable[Mutation], folder: Path) -> list[Caught]:
    """Judge production's templates with each mistake in turn; a finding counts when the sound template lacks it."""
    app = app_for(PROD, folder / "sound", REPORT_ONLY)
    judge(app)
    paths = sorted(Path(app.outdir).glob(f"*{SUFFIX}"))
    sound = {path.name.removesuffix(SUFFIX): _without_bulk(json.loads(path.read_text())) for path in paths}
    mutations = list(mutations)
    judged = folder / "judged"
    judged.mkdir()
    files = [_written(judged, f"sound-{name}", template) for name, template in sound.items()]
    for number, mutation in enumerate(mutations):
        template = mutation.applied(sound[f"mlops-prod-{mutation.stack}"])
        files.append(_written(judged, f"mistake-{number}", template))
    found = judge_files(files, folder / "assembly", PROD.region)
    return [
        Caught(
            mutation=mutation,
            findings=tuple(sorted(found[f"mistake-{number}"] - found[f"sound-mlops-prod-{mutation.stack}"])),
        )
        for number, mutation in enumerate(mutations)
    ]


def _without_bulk(template: Template) -> Template:
    kept = {name: item for name, item in template["Resources"].items() if item["Type"] not in _BULK}
    return {**template, "Resources": kept}


def _written(folder: Path, name: str, template: object) -> Path:
    path = folder / f"{name}{SUFFIX}"
    path.write_text(json.dumps(template, indent=1))
    return path
