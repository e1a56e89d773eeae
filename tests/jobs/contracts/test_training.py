import re

import pytest

from jobs.contracts.metrics import Problem
from jobs.contracts.training import metric_definition, metric_line, tuning_objective
from tests.sample_pipelines import sample_model


@pytest.mark.parametrize("value", [0.7595, -1.25, 1e-7, 3.2e9, -4.5e-12, 0.0, 12.0])
def test_sagemaker_reads_every_value_from_the_log(value: float) -> None:
    model = sample_model(Problem.REGRESSION)
    definition = metric_definition(model)
    text = f"[12:00] epoch 1\n{metric_line(model, value)}\nvalidation:maex=7\n"
    assert [float(found) for found in re.findall(definition["Regex"], text)] == [value]
    assert definition["Name"] == "validation:mae"


@pytest.mark.parametrize(
    ("problem", "objective"),
    [
        (Problem.BINARY, {"Type": "Maximize", "MetricName": "validation:roc_auc"}),
        (Problem.MULTICLASS, {"Type": "Minimize", "MetricName": "validation:log_loss"}),
        (Problem.REGRESSION, {"Type": "Minimize", "MetricName": "validation:mae"}),
    ],
)
def test_tuning_goes_in_the_direction_of_the_metric(problem: Problem, objective: dict[str, str]) -> None:
    assert tuning_objective(sample_model(problem)) == objective
