from dataclasses import replace

import pytest

from infra.config.engine_config import EngineConfig
from infra.config.sagemaker_images import spark_image, spark_image_repository
from infra.config.validation import ConfigError
from infra.environments import DEV, STAGING
from jobs.contracts.access import JobKind
from jobs.contracts.engines import Engine, from_texts, to_texts
from jobs.contracts.job_settings import JobSettings
from tests.sample_pipelines import sample_pipeline


def test_every_job_runs_on_emr_unless_its_one_setting_says_otherwise() -> None:
    engines = EngineConfig(jobs={"publish": "glue"})
    assert set(EngineConfig().by_job.values()) == {Engine.EMR}
    assert engines.jobs_on(Engine.GLUE) == ("publish",)
    assert engines.jobs_on(Engine.EMR) == ("ingest", "cleanse", "features", "dataset")
    assert engines.engine_of(JobKind.PUBLISH) is Engine.GLUE
    assert engines.engine_of(JobKind.TRAIN) is Engine.EMR


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"jobs": {"quality": "glue"}}, r"engines of jobs \['quality'\]: jobs are \['cleanse', 'dataset'"),
        ({"jobs": {"publish": "databricks"}}, r"engines \['databricks'\] of jobs: engines are \['emr', 'emr-server"),
        ({"glue_version": "6.0"}, r"engines.glue_version: received '6.0'; allowed is one of \['5.0', '5.1'\]"),
        ({"glue_worker": "G.025X"}, r"engines.glue_worker: received 'G.025X'; allowed is one of"),
        ({"glue_workers": 1}, r"engines.glue_workers: received 1; allowed is 2 to 299"),
    ],
)
def test_an_impossible_engine_is_refused_with_one_sentence(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        EngineConfig(**change)  # type: ignore[arg-type]


def test_choices_survive_the_way_through_airflow_s_options() -> None:
    chosen = {"dataset": "emr-serverless", "publish": "glue"}
    texts = to_texts(chosen)
    assert texts == ("dataset=emr-serverless", "publish=glue")
    assert from_texts(texts) == EngineConfig(jobs=chosen).by_job


def test_nodes_that_exchange_real_data_do_so_over_tls() -> None:
    with pytest.raises(ConfigError, match=r"spark.encrypts_in_transit: received False; allowed is True outside dev"):
        replace(STAGING, spark=DEV.spark)


def test_the_spark_image_is_known_by_region() -> None:
    assert spark_image("eu-central-1").startswith("906073651304.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-spark-")
    assert spark_image_repository("us-east-1").startswith("arn:aws:ecr:us-east-1:173754725891:repository/")
    with pytest.raises(ConfigError, match="region of a SageMaker Processing job: received 'us-north-9'"):
        spark_image("us-north-9")


def test_engines_of_pipelines_count_for_what_is_shared_and_for_their_own_stack_alone() -> None:
    chosen = replace(sample_pipeline(), jobs={"features": JobSettings(engine=Engine.GLUE), "train": JobSettings()})
    shared = EngineConfig(jobs={"publish": "sagemaker"}).with_pipelines([chosen, sample_pipeline("other")])
    assert shared.jobs_on(Engine.GLUE) == ("features",)
    assert shared.jobs_on(Engine.EMR) == ("ingest", "cleanse", "features", "dataset")
    assert shared.used == (Engine.EMR, Engine.GLUE, Engine.SAGEMAKER)
    assert shared.by_job["features"] is Engine.EMR, "other pipelines keep the engine of the environment"

    assert shared.of_pipeline(chosen).jobs_on(Engine.EMR) == ("ingest", "cleanse", "dataset")
    assert shared.of_pipeline(sample_pipeline("other")).jobs_on(Engine.GLUE) == ()
