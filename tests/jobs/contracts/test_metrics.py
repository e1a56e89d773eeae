from jobs.contracts.metrics import PIPELINE, PipelineMetric, metric_namespace


def test_numbers_of_a_pipeline_are_named_as_cloudwatch_queries_spell_them() -> None:
    assert metric_namespace("dev") == "MLOps/dev"
    # A query needs no quotes around these.
    assert all(name.isalnum() for name in (PIPELINE, *PipelineMetric))
    assert len(set(PipelineMetric)) == 5
