from dataclasses import replace

import pytest

from jobs.contracts.pipeline import load_pipeline, pipeline_names
from jobs.contracts.tables import ContractError


def test_pipelines_are_the_folders() -> None:
    assert "flight_delay" in pipeline_names()


def test_an_unknown_pipeline_is_refused_with_those_there_are() -> None:
    with pytest.raises(ContractError, match=r"unknown pipeline 'x'; pipelines are \[.*'flight_delay'"):
        load_pipeline("x")


def test_an_unknown_source_is_refused_with_those_there_are() -> None:
    with pytest.raises(ContractError, match="flight_delay has no source 'trains'; sources are"):
        load_pipeline("flight_delay").source("trains")


def test_a_pipeline_name_is_an_identifier() -> None:
    with pytest.raises(ContractError, match="allowed are lower-case identifiers"):
        replace(load_pipeline("flight_delay"), name="Flight-Delay")
