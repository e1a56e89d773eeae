"""Registered models in MLflow: their versions, and the alias of the champion."""

from dataclasses import dataclass

import mlflow
import onnx
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from jobs.contracts.model import ModelSpec
from jobs.contracts.training import CHAMPION

#: Packages that load the model; listed because MLflow would otherwise start a process to infer them.
_REQUIREMENTS = ["mlflow", "numpy", "onnx", "onnxruntime", "pandas"]


@dataclass(frozen=True)
class RegisteredModel:
    """A version in the registry, and its model."""

    version: str
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


def champion(name: str) -> RegisteredModel | None:
    """The current champion, or None when the model has none."""
    try:
        version = mlflow.MlflowClient().get_model_version_by_alias(name, CHAMPION)
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise
    return RegisteredModel(str(version.version), mlflow.onnx.load_model(f"models:/{name}/{version.version}"))


def describe(name: str, version: str, tags: dict[str, str]) -> None:
    """Set tags of a version, which record its decision and lineage."""
    client = mlflow.MlflowClient()
    for key, value in tags.items():
        client.set_model_version_tag(name, version, key, value)
