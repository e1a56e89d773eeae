import re
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.contracts.goals import Goal
from jobs.contracts.metrics import Problem
from jobs.contracts.pipeline import load_pipeline, pipeline_names, require_distinct
from jobs.contracts.tables import ContractError
from tests.sample_pipelines import sample_pipeline


def test_pipelines_are_the_folders() -> None:
    folders = {path.parent.name for path in Path("jobs/pipelines").glob("*/pipeline.py")}
    assert folders == set(pipeline_names())


def test_an_unknown_pipeline_is_refused_with_those_there_are() -> None:
    with pytest.raises(ContractError, match=re.escape(f"unknown pipeline 'x'; pipelines are {list(pipeline_names())}")):
        load_pipeline("x")


def test_an_unknown_source_is_refused_with_those_there_are() -> None:
    with pytest.raises(ContractError, match="meters has no source 'trains'; sources are"):
        sample_pipeline().source("trains")


def test_a_pipeline_name_is_an_identifier() -> None:
    with pytest.raises(ContractError, match="allowed are lower-case words joined by single underscores"):
        sample_pipeline("Two-Words")


def test_a_long_name_is_refused_because_of_the_names_of_roles() -> None:
    with pytest.raises(ContractError, match="has 25 characters; allowed are 24"):
        sample_pipeline("a" * 25)


def test_two_pipelines_never_share_the_name_of_a_resource() -> None:
    first, second = sample_pipeline("a"), sample_pipeline("a_meter")
    clashing = replace(second, feature_groups=(replace(second.feature_groups[0], name="days"),))

    require_distinct((first, second))
    with pytest.raises(ContractError, match="pipelines 'a' and 'a_meter' both have resources named 'a_meter_days'"):
        require_distinct((first, clashing))
    with pytest.raises(ContractError, match="both have resources named 'a'"):
        require_distinct((first, first))


def test_goals_must_fit_the_model() -> None:
    pipeline = sample_pipeline(problem=Problem.REGRESSION)
    with pytest.raises(ContractError, match="received a minimum, but lower is better; give a maximum"):
        replace(pipeline, goals=replace(pipeline.goals, goals=(Goal(metric="mae", minimum=1.0),)))
