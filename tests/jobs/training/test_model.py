import numpy as np
import pytest

from jobs.contracts.pipeline import load_pipeline
from jobs.training import model
from jobs.training.errors import TrainingError
from jobs.training.model import Floats, Hyperparameters


def rows(count: int, seed: int) -> tuple[Floats, Floats]:
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(count, 5)).astype(np.float32)
    label = (matrix[:, 0] + generator.normal(size=count) > 0).astype(np.float32)
    return matrix, label


def test_every_value_a_request_may_set_is_known() -> None:
    spec = load_pipeline("flight_delay").model
    values = {each.name: str(int(each.minimum) if each.integer else each.minimum) for each in spec.search}
    parameters = Hyperparameters.from_strings({**values, **spec.hyperparameters})
    assert Hyperparameters.from_strings(parameters.to_strings()) == parameters


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_depht": "5"}, r"\['max_depht'\] are unknown; allowed are .*'max_depth'"),
        ({"max_depth": "5.5"}, "max_depth is '5.5'; allowed is a whole number"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'; allowed is a number"),
        ({"learning_rate": "nan"}, "learning_rate is 'nan'"),
        ({"reg_lambda": "-1"}, "reg_lambda is '-1'; allowed is a number of 0 or more"),
    ],
)
def test_unusable_hyperparameters_are_named(values: dict[str, str], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        Hyperparameters.from_strings(values)


def test_fitting_stops_where_validation_says_and_again_gives_the_same_model() -> None:
    parameters = Hyperparameters(n_estimators=200, early_stopping_rounds=5, learning_rate=0.3)
    train, validation = rows(1500, 1), rows(500, 2)
    first, second = model.fit(parameters, train, validation), model.fit(parameters, train, validation)
    assert first.rounds == second.rounds < parameters.n_estimators
    assert first.booster.num_boosted_rounds() == first.rounds
    assert (model.predict(first.booster, validation[0]) == model.predict(second.booster, validation[0])).all()


def test_a_refit_has_the_given_number_of_trees_and_its_gain_adds_up() -> None:
    booster = model.refit(Hyperparameters(), 7, rows(1000, 3))
    gains = model.gain(booster, 5)
    assert booster.num_boosted_rounds() == 7
    assert sum(gains) == pytest.approx(1.0)
    assert max(gains) == gains[0]
