"""The label, identifier and features of a pipeline's model as one value."""

from dataclasses import dataclass

from jobs.contracts.tables import ContractError


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """Label, row identifier and features of a model; features are in the order in which the model reads them."""

    label: str
    """Column of the label: 1, 0, or null where the outcome is unknown."""
    identifier: str
    """Column that identifies a row in requests and predictions."""
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]

    def __post_init__(self) -> None:
        names = (self.identifier, self.label, *self.features)
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ContractError(f"model columns {repeated} are named twice; allowed is one use of each column")
        if not self.features:
            raise ContractError("the model has no features; name at least one numeric or categorical feature")

    @property
    def features(self) -> tuple[str, ...]:
        """Numeric features, then categorical features."""
        return (*self.numeric, *self.categorical)
