"""Registered models in MLflow: their versions, with what they learnt from, and the current champion.

The alias of the champion is set by the DAG, after the version is in SageMaker's registry too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import mlflow
import numpy as np
import onnx
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from jobs.contracts.model import ModelSpec
from jobs.contracts.training import CHAMPION

#: Packages that load the model; listed because MLflow would otherwise start a process to infer them.
_REQUIREMENTS = ["mlflow", "numpy", "onnx", "onnxruntime", "pandas"]

#: Tags of a version: the DAG run that made it, the champion before that run, and the last moment that it learnt from.
DAG_RUN, CHAMPION_BEFORE, LEARNT_UNTIL = "dag_run", "champion_before", "learnt_until"


@dataclass(frozen=True)
class RegisteredModel:
    """A version in the registry, and its model."""

    version: str
    learnt_until: np.datetime64 | None
    """The last prediction time of the rows that it learnt from, in UTC; None if the version does not say."""
    proto: onnx.ModelProto


def register(proto: onnx.ModelProto, spec: ModelSpec, name: str) -> str:
    """Log the model to the active run, add it to the registry and return its version."""
    logged = mlflow.onnx.log_model(
        proto,
        name="model",
        signature=signature(spec),
        registered_model_name=name,
        pip_requirements=_REQUIREMENTS,
        onnx_execution_providers=["CPUExecutionProvider"],
    )
    return str(logged.registered_model_version)


def signature(spec: ModelSpec) -> ModelSignature:
    """The MLflow signature: raw features by name as inputs, the outputs of the problem as outputs."""
    inputs: list[ColSpec | TensorSpec] = [ColSpec(DataType.double, name) for name in spec.numeric]
    inputs += [ColSpec(DataType.string, name) for name in spec.categorical]
    outputs: list[ColSpec | TensorSpec] = [ColSpec(DataType.float, name) for name in spec.outputs]
    return ModelSignature(inputs=Schema(inputs), outputs=Schema(outputs))


def champion(name: str, dag_run: str) -> RegisteredModel | None:
    """The champion before a DAG run, or None when the model has none.

    A repeated job of a run whose model is the champion already is compared with the champion before that model.
    """
    found = _champion(name)
    while found is not None and found.tags.get(DAG_RUN) == dag_run:
        before = found.tags.get(CHAMPION_BEFORE)
        found = mlflow.MlflowClient().get_model_version(name, before) if before else None
    if found is None:
        return None
    learnt = found.tags.get(LEARNT_UNTIL)
    return RegisteredModel(
        version=str(found.version),
        learnt_until=np.datetime64(learnt.removesuffix("Z"), "us") if learnt else None,
        proto=mlflow.onnx.load_model(f"models:/{name}/{found.version}"),
    )


def describe(name: str, version: str, tags: Mapping[str, str], *, model: str, version_text: str) -> None:
    """Describe a model and one of its versions, and set tags of the version, which record its decision and lineage."""
    client = mlflow.MlflowClient()
    client.update_registered_model(name, description=model)
    client.update_model_version(name, version, description=version_text)
    for key, value in tags.items():
        client.set_model_version_tag(name, version, key, value)


def _champion(name: str) -> ModelVersion | None:
    try:
        return mlflow.MlflowClient().get_model_version_by_alias(name, CHAMPION)
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise
