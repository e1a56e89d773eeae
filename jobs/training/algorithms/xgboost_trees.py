"""Gradient-boosted trees of XGBoost: fitting, prediction and export."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb

from jobs.contracts.hyperparameters import STOPPING_METRICS
from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.training.algorithms.boosting import Boosting
from jobs.training.algorithms.fitted import Fitted, Floats, Rows
from jobs.training.checkpoints import NO_CHECKPOINT, Checkpoint
from jobs.training.hyperparameters import Hyperparameters
from jobs.training.onnx_graph import ML_DOMAIN, Graph

_ROUNDS = "rounds"
CHOSEN: tuple[str, ...] = (_ROUNDS,)
#: The values that boosting requires; for all others, XGBoost has defaults.
_DEFAULTS = {"n_estimators": 200, "early_stopping_rounds": 15, "max_bin": 128, "seed": 7}
_ARGUMENTS = ("n_estimators", "early_stopping_rounds")
_LOSSES = {Problem.BINARY: "binary:logistic", Problem.MULTICLASS: "multi:softprob"}
#: A regression minimises the error of its objective.
_REGRESSION_LOSSES = {"mae": "reg:absoluteerror", "rmse": "reg:squarederror"}


def fit(
    spec: ModelSpec,
    parameters: Hyperparameters,
    train: Rows,
    validation: Rows,
    checkpoint: Checkpoint = NO_CHECKPOINT,
) -> Fitted:
    """Fit on the training rows; early stopping chooses the number of rounds by the objective on the validation rows."""
    values = {**_DEFAULTS, **parameters}
    native, rounds = Boosting(
        arguments=_arguments(spec, values),
        rounds=int(values["n_estimators"]),
        train=train,
        held_out=validation,
        patience=int(values["early_stopping_rounds"]),
    ).run(checkpoint)
    return Fitted(native=native, chosen={_ROUNDS: float(rounds)})


def average(chosen: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean number of rounds, a whole number."""
    return {_ROUNDS: float(round(math.fsum(each[_ROUNDS] for each in chosen) / len(chosen)))}


def refit(
    spec: ModelSpec,
    parameters: Hyperparameters,
    chosen: Mapping[str, float],
    rows: Rows,
    checkpoint: Checkpoint = NO_CHECKPOINT,
) -> xgb.Booster:
    """Fit the chosen number of rounds on all rows."""
    arguments = _arguments(spec, {**_DEFAULTS, **parameters})
    native, _ = Boosting(arguments=arguments, rounds=int(chosen[_ROUNDS]), train=rows).run(checkpoint)
    return native


def predict(native: xgb.Booster, matrix: Floats) -> Floats:
    """The probability of class 1, the probability of each class, or the number."""
    prediction: Floats = native.inplace_predict(matrix)
    return prediction


def gain(native: xgb.Booster, width: int) -> list[float]:
    """The share of each matrix column in the total gain."""
    gains: dict[str, Any] = dict(native.get_score(importance_type="total_gain"))
    values = [float(gains.get(f"f{index}", 0.0)) for index in range(width)]
    total = math.fsum(values) or 1.0
    return [value / total for value in values]


def remedy(spec: ModelSpec, parameters: Hyperparameters, label: Floats) -> str:
    """What to do after a fit without a split: often, all rows together weigh less than a leaf must.

    XGBoost weighs a row by the second derivative of its loss: p(1-p) for class 1, twice that for one of several
    classes, 1 for a number.
    """
    values = {"min_child_weight": 1.0, "subsample": 1.0, **parameters}
    shares = np.unique(label, return_counts=True)[1] / len(label)
    row = {
        Problem.BINARY: shares[0] * (1 - shares[0]),
        Problem.MULTICLASS: 2 * float((shares * (1 - shares)).max()),
        Problem.REGRESSION: 1.0,
    }[spec.problem]
    weight = row * len(label) * values["subsample"]
    if weight < 2 * values["min_child_weight"]:
        return (
            f"min_child_weight is {values['min_child_weight']:g}, but the {len(label)} training rows weigh "
            f"{weight:.3g} together, too little for two leaves; search smaller values of min_child_weight"
        )
    return "check that the features vary, or widen the search ranges of the model"


def save(native: xgb.Booster, folder: Path) -> None:
    """Write the model as XGBoost's JSON."""
    native.save_model(folder / "model.json")


def to_onnx(native: xgb.Booster, graph: Graph, matrix: str) -> str:
    """Add the trees to a graph, which follows XGBoost's JSON (its model schema) node by node.

    onnxmltools guesses the problem and the base score from the values of nodes, and guesses wrong for models whose
    first tree has no split.
    """
    learner = json.loads(native.save_raw("json"))["learner"]
    objective = learner["objective"]["name"]
    base = np.array(json.loads(learner["learner_model_param"]["base_score"]), dtype=np.float32)
    if objective == "binary:logistic":
        base = np.log(base / (1 - base))  # the other objectives store the score itself
    trees = learner["gradient_booster"]["model"]
    attributes = _nodes(trees["trees"]) | _leaves(trees["trees"], trees["tree_info"])
    scores = graph.node(
        "TreeEnsembleRegressor",
        [matrix],
        "/trees/scores",
        domain=ML_DOMAIN,
        n_targets=len(base),
        base_values=base.tolist(),
        **attributes,
    )
    match objective:
        case "binary:logistic":
            return graph.node("Sigmoid", [scores], "/trees/probability")
        case "multi:softprob":
            return graph.node("Softmax", [scores], "/trees/probabilities", axis=1)
        case _:
            return scores


def _nodes(trees: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The attributes of the tests; a value below the split condition goes left, and no value is absent."""
    places = [(index, tree, node) for index, tree in enumerate(trees) for node in range(len(tree["left_children"]))]
    leaf = [tree["left_children"][node] == -1 for _, tree, node in places]
    return {
        "nodes_treeids": [index for index, _, _ in places],
        "nodes_nodeids": [node for _, _, node in places],
        "nodes_modes": ["LEAF" if ends else "BRANCH_LT" for ends in leaf],
        "nodes_featureids": [tree["split_indices"][node] for _, tree, node in places],
        "nodes_values": [float(tree["split_conditions"][node]) for _, tree, node in places],
        "nodes_truenodeids": [max(tree["left_children"][node], 0) for _, tree, node in places],
        "nodes_falsenodeids": [max(tree["right_children"][node], 0) for _, tree, node in places],
    }


def _leaves(trees: list[dict[str, Any]], targets: list[int]) -> dict[str, list[Any]]:
    """The attributes of the leaves, whose weights XGBoost keeps in place of a split condition."""
    leaves = [
        (index, node, tree["split_conditions"][node])
        for index, tree in enumerate(trees)
        for node, left in enumerate(tree["left_children"])
        if left == -1
    ]
    return {
        "target_treeids": [index for index, _, _ in leaves],
        "target_nodeids": [node for _, node, _ in leaves],
        "target_ids": [targets[index] for index, _, _ in leaves],
        "target_weights": [float(weight) for _, _, weight in leaves],
    }


def _arguments(spec: ModelSpec, values: Mapping[str, float]) -> dict[str, Any]:
    metric = STOPPING_METRICS[spec.algorithm][spec.problem][spec.objective]
    loss = _LOSSES.get(spec.problem) or _REGRESSION_LOSSES[metric]
    classes = {"num_class": len(spec.classes)} if spec.classes else {}
    named = {name: value for name, value in values.items() if name not in _ARGUMENTS}
    return {**named, "objective": loss, "eval_metric": metric, **classes, "tree_method": "hist"}
