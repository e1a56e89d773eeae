import pytest

from jobs.contracts.model import ModelSpec
from jobs.contracts.tables import ContractError


def test_features_are_numeric_ones_then_categorical_ones() -> None:
    spec = ModelSpec(label="late", identifier="id", numeric=("wind", "rain"), categorical=("carrier",))
    assert spec.features == ("wind", "rain", "carrier")


def test_a_column_has_one_use() -> None:
    with pytest.raises(ContractError, match=r"model columns \['late', 'wind'\] are named twice"):
        ModelSpec(label="late", identifier="id", numeric=("wind", "late"), categorical=("wind",))


def test_a_model_needs_a_feature() -> None:
    with pytest.raises(ContractError, match="the model has no features"):
        ModelSpec(label="late", identifier="id", numeric=(), categorical=())
