"""Thirty pipelines in one environment: within every limit, and separate from one another."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from checks.environment.aws_limits import LIMITS, largest, sizes
from checks.permissions.iam_decision import is_allowed
from checks.permissions.roles import Role, roles_of
from infra.config.location import Location
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, PROD, relocated
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineRole
from jobs.contracts.access import JobKind
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone
from stacks.synth import add_environment, new_app
from tests.sample_pipelines import sample_pipelines
from tests.stacks.conftest import Templates, templates_in
from tests.stacks.pipeline_requests import requests_for

COUNT = 30
#: The longest names of environment and region that the settings allow, with every option that adds permissions.
LONGEST = replace(
    relocated(PROD, Location(region="ap-southeast-2")),
    environment="production",
    lake=replace(PROD.lake, lake_formation=True),
)


@dataclass(frozen=True, kw_only=True)
class Synthesized:
    """An environment with its pipelines, its templates and the seconds of its synthesis."""

    names: PlatformNames
    pipelines: list[Pipeline]
    templates: Templates
    seconds: float

    def roles(self, pipeline: str) -> Iterator[Role]:
        """The roles of a pipeline."""
        roles = roles_of(self.templates, self.names)
        for kind in (*JobKind, *PipelineRole):
            yield roles[self.names.job_role_arn(pipeline, kind)]


@pytest.fixture(scope="module", params=[DEV, LONGEST], ids=lambda config: str(config.environment))
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """An environment with thirty pipelines."""
    config: PlatformConfig = request.param
    folder, pipelines, start = tmp_path_factory.mktemp("many"), sample_pipelines(COUNT), time.perf_counter()
    app = new_app(folder)
    add_environment(app, config, pipelines)
    app.synth()
    names, seconds = PlatformNames.of(config), time.perf_counter() - start
    return Synthesized(
        names=names, pipelines=pipelines, templates=templates_in(Path(folder), names.prefix), seconds=seconds
    )


def test_every_size_is_within_its_limit(many: Synthesized) -> None:
    measured = list(sizes(many.templates, many.names))
    print(f"{many.names.environment}: {many.seconds:.1f} s", *largest(measured).values(), sep="\n")
    assert [size for size in measured if size.is_exceeded] == []
    assert {size.what for size in measured} == set(LIMITS)
    assert sum(stack.startswith("pipeline-") for stack in many.templates) == COUNT


def test_no_stack_or_policy_of_the_environment_grows_with_its_pipelines(many: Synthesized, tmp_path: Path) -> None:
    config = DEV if many.names.environment == "dev" else LONGEST
    app = new_app(tmp_path)
    add_environment(app, config, many.pipelines[:1])
    app.synth()
    one = templates_in(tmp_path, many.names.prefix)
    for stack, template in many.templates.items():
        if not stack.startswith("pipeline-"):
            assert len(template["Resources"]) == len(one[stack]["Resources"]), stack


def reached(many: Synthesized, role: Role, pipeline: Pipeline) -> set[str]:
    """The requests for what belongs to a pipeline that a role may make."""
    return {
        f"{request.action} {request.resource} {dict(request.context)}"
        for request in requests_for(many.names, pipeline)
        if is_allowed(request, role.statements)
    }


@pytest.mark.parametrize(("own", "other"), [("a", "a_b"), ("a_b", "a"), ("a_b", "a_b_c"), ("a_b_c", "a_b")])
def test_no_role_of_a_pipeline_reaches_what_belongs_to_another(own: str, other: str, many: Synthesized) -> None:
    by_name = {pipeline.name: pipeline for pipeline in many.pipelines}
    for role in many.roles(own):
        assert reached(many, role, by_name[own]), f"{role.purpose} reaches nothing of its own"
        assert reached(many, role, by_name[other]) == set(), role.purpose


def test_an_unlimited_role_would_be_found(many: Synthesized) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{many.names.bucket(Zone.RAW)}/a*",
    }
    role = Role(purpose="a-ingest", arn="arn", statements=(statement,))
    other = next(pipeline for pipeline in many.pipelines if pipeline.name == "a_b")
    assert reached(many, role, other)
