from dataclasses import replace

import pytest

from jobs.contracts.hyperparameters import STOPPING_METRICS, HyperparameterRange
from jobs.contracts.metrics import Problem
from jobs.contracts.tables import ContractError
from tests.sample_pipelines import sample_model

BINARY, REGRESSION = sample_model(), sample_model(Problem.REGRESSION)


def test_features_are_numeric_ones_then_categorical_ones() -> None:
    assert replace(BINARY, numeric=("wind", "rain"), categorical=("carrier",)).features == ("wind", "rain", "carrier")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"numeric": ("wind", "target")}, r"model columns \['target'\] are named twice"),
        ({"numeric": (), "categorical": ()}, "the model has no features"),
        ({"numeric": ("probability",)}, r"features \['probability'\] have the name of an output of the model"),
        ({"problem": "ranking"}, "problem 'ranking' is unknown; allowed are"),
        ({"objective": "mae"}, "objective 'mae' of a binary model: xgboost cannot stop fitting by it; allowed are"),
        ({"objective": "recall"}, r"allowed are \['brier', 'log_loss', 'pr_auc', 'roc_auc'\]"),
        ({"objective": "calibration_error"}, "objective 'calibration_error' .* xgboost cannot stop fitting by it"),
        ({"algorithm": "prophet"}, "algorithm 'prophet' is unknown; allowed are"),
        ({"fixed": {"trees": 3}}, r"hyper-parameters \['trees'\] are unknown"),
        ({"fixed": {"max_depth": 3}}, "named twice; a parameter is either searched or fixed"),
        ({"fixed": {"max_bin": 1.5}}, "must be whole numbers"),
        ({"search": ()}, "searches no hyper-parameter"),
        ({"search": (HyperparameterRange(name="max_depth", minimum=1, maximum=2),)}, "allowed is integer=True"),
        ({"classes": ("a", "b", "c")}, "a binary model has no classes"),
        ({"label_delay": -1}, "label_delay -1: allowed is 0 or more"),
        ({"prediction": "Late?"}, "prediction column 'Late\\?': allowed are lower-case identifiers"),
    ],
)
def test_contradictions_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        replace(BINARY, **change)  # type: ignore[arg-type]


def test_baselines_are_numeric_features_and_classes_are_several() -> None:
    with pytest.raises(ContractError, match=r"baselines name columns \['tariff'\]; allowed are numeric features"):
        replace(REGRESSION, baselines={"x": "tariff"})
    with pytest.raises(ContractError, match="a multiclass model has no baseline columns"):
        replace(sample_model(Problem.MULTICLASS), baselines={"yesterday": "use_yesterday"})
    with pytest.raises(ContractError, match="allowed are 3 or more different names"):
        replace(sample_model(Problem.MULTICLASS), classes=("a", "b"))


@pytest.mark.parametrize("problem", list(Problem))
def test_every_objective_is_a_metric_of_its_problem_that_needs_no_decision(problem: Problem) -> None:
    for objectives in STOPPING_METRICS.values():
        models = [replace(sample_model(problem), objective=name) for name in objectives[problem]]
        assert not [model for model in models if model.objective_metric.needs_decision]
    for name in ("balanced_accuracy", "macro_f1"):
        with pytest.raises(ContractError, match=f"{name}.* cannot stop fitting by it"):
            replace(sample_model(problem), objective=name)


def test_requests_carry_texts() -> None:
    assert BINARY.hyperparameters == {"n_estimators": "20", "early_stopping_rounds": "5"}
    assert BINARY.parameter_ranges == {
        "IntegerParameterRanges": [
            {"Name": "max_depth", "MinValue": "2", "MaxValue": "4", "ScalingType": "Linear"},
        ],
        "ContinuousParameterRanges": [],
    }
