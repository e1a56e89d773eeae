from dataclasses import replace
from typing import Any

import pytest

from jobs.contracts.engines import Engine
from jobs.contracts.job_settings import JobSettings
from jobs.contracts.tables import ContractError
from tests.sample_pipelines import sample_pipeline


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"engine": "spark"}, "engine 'spark' is unknown; allowed are"),
        ({"minutes": 241}, "minutes: received 241; allowed is 5 to 240, because an Airflow task ends after 270"),
        ({"minutes": 1}, "minutes: received 1; allowed is 5 to 240"),
        ({"instances": 0}, "instances 0: allowed is 1 or more"),
        ({"instance_type": "m5.xlarge"}, "instance type 'm5.xlarge': allowed is a SageMaker type such as ml.m5.xlarge"),
    ],
)
def test_a_setting_out_of_range_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        JobSettings(**values)


@pytest.mark.parametrize(
    ("job", "settings", "message"),
    [
        ("tidy", JobSettings(), r"settings of jobs \['tidy'\]: jobs are \['ingest'"),
        ("train", JobSettings(engine=Engine.GLUE), "job train: engine glue; only .* run on an engine of choice"),
        ("train", JobSettings(instances=2), "job train: instances 2; a training runs on one instance"),
        ("tune", JobSettings(instances=2), "job tune: instances 2; a training runs on one instance"),
        ("ingest", JobSettings(instances=2), "job ingest: .* belong to engine sagemaker; .* of the environment"),
        (
            "ingest",
            JobSettings(engine=Engine.GLUE, instance_type="ml.m5.xlarge"),
            "job ingest: instance type and instances belong to engine sagemaker; received engine glue",
        ),
    ],
)
def test_a_setting_that_a_job_cannot_have_is_refused(job: str, settings: JobSettings, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        replace(sample_pipeline(), jobs={job: settings})
