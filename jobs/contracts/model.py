"""A pipeline's model as one value: the problem, its columns, and how it is trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jobs.contracts.columns import PREDICTION_TIME, PROBABILITY
from jobs.contracts.hyperparameters import Algorithm, HyperparameterRange, require_hyperparameters, require_objective
from jobs.contracts.metrics import Metric, Problem, metric
from jobs.contracts.tables import ContractError

_LEAST_CLASSES = 3
#: The output of an exported regression model.
NUMBER = "prediction"


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """Problem, label, row identifier, features and training of a model; the model reads features in this order."""

    problem: Problem
    label: str
    """Column of the label: 1 or 0, the name of a class, or a number; null where the outcome is unknown."""
    label_delay: int = 0
    """How many partitions after its row a label is known: rows of the newest partitions cannot be learnt from yet."""
    classes: tuple[str, ...] = ()
    """The classes of a multiclass problem."""
    identifier: str
    """Column that identifies a row in requests and predictions."""
    prediction: str
    """Column of the predictions table with the predicted class (binary: true for class 1) or number."""
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    baselines: Mapping[str, str] = field(default_factory=dict)
    """Numeric features that are predictions themselves, by the name of the baseline: a number such as last week's
    value, or for a binary problem a probability such as last month's share."""
    algorithm: Algorithm = Algorithm.XGBOOST
    search: tuple[HyperparameterRange, ...]
    fixed: Mapping[str, float] = field(default_factory=dict)
    """Hyper-parameters that are not searched."""
    objective: str
    """The one criterion: by it fitting stops, tuning chooses a trial, and a model replaces the champion."""

    def __post_init__(self) -> None:
        if self.problem not in list(Problem):
            raise ContractError(f"problem {self.problem!r} is unknown; allowed are {[str(each) for each in Problem]}")
        names = (self.identifier, self.label, PREDICTION_TIME, *self.features)
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ContractError(f"model columns {repeated} are named twice; allowed is one use of each column")
        if not self.features:
            raise ContractError("the model has no features; name at least one numeric or categorical feature")
        outputs = sorted(set(self.features) & set(self.outputs))
        if outputs:
            raise ContractError(f"features {outputs} have the name of an output of the model; rename these features")
        if not self.prediction.isidentifier() or self.prediction != self.prediction.lower():
            raise ContractError(f"prediction column {self.prediction!r}: allowed are lower-case identifiers")
        if self.label_delay < 0:
            raise ContractError(f"label_delay {self.label_delay}: allowed is 0 or more partitions")
        self._check_problem()
        require_hyperparameters(self.algorithm, self.search, self.fixed)
        require_objective(self.algorithm, self.problem, self.objective)
        if not self.search:
            raise ContractError("the model searches no hyper-parameter; name at least one range")

    def _check_problem(self) -> None:
        has_classes = self.problem is Problem.MULTICLASS
        if has_classes and (len(set(self.classes)) < _LEAST_CLASSES or len(set(self.classes)) < len(self.classes)):
            raise ContractError(f"classes {list(self.classes)}: allowed are {_LEAST_CLASSES} or more different names")
        if self.classes and not has_classes:
            raise ContractError(f"a {self.problem} model has no classes; received {list(self.classes)}")
        if self.baselines and has_classes:
            raise ContractError(f"a {self.problem} model has no baseline columns; received {dict(self.baselines)}")
        unknown = sorted(set(self.baselines.values()) - set(self.numeric))
        if unknown:
            raise ContractError(f"baselines name columns {unknown}; allowed are numeric features")

    @property
    def features(self) -> tuple[str, ...]:
        """Numeric features, then categorical features."""
        return (*self.numeric, *self.categorical)

    @property
    def outputs(self) -> tuple[str, ...]:
        """What the exported model computes: the probability of class 1 or of each class, or a number."""
        match self.problem:
            case Problem.BINARY:
                return (PROBABILITY,)
            case Problem.MULTICLASS:
                return tuple(f"{PROBABILITY}_{name}" for name in self.classes)
            case Problem.REGRESSION:
                return (NUMBER,)

    @property
    def objective_metric(self) -> Metric:
        """The metric of the objective, with its direction."""
        return metric(self.objective, self.problem)

    @property
    def hyperparameters(self) -> dict[str, str]:
        """The fixed hyper-parameters as texts, the form of a training request."""
        return {name: str(int(value) if value == int(value) else value) for name, value in self.fixed.items()}

    @property
    def parameter_ranges(self) -> dict[str, list[dict[str, str]]]:
        """The ParameterRanges of a tuning request."""
        return {
            "IntegerParameterRanges": [each.to_request() for each in self.search if each.integer],
            "ContinuousParameterRanges": [each.to_request() for each in self.search if not each.integer],
        }
