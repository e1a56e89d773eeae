"""The final training job: fit the best trial's model, evaluate it, register it and decide about the champion alias."""

import json
import sys
from collections.abc import Mapping
from typing import Any

import onnx

from jobs.contracts.columns import TEST
from jobs.contracts.goals import MistakeCosts
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import load_pipeline
from jobs.contracts.training import CHANNELS
from jobs.training import candidate as candidates
from jobs.training import container, data, documents, evaluation, objects, onnx_export, registry, tracking
from jobs.training.candidate import Candidate
from jobs.training.data import Samples
from jobs.training.decision import decide
from jobs.training.documents import Document, Identity
from jobs.training.model import Hyperparameters
from jobs.training.settings import FinalSettings
from jobs.training.tracking import Trial


def final(folder: container.Container, environ: Mapping[str, str]) -> None:
    """Turn the best trial of the tuning job into a registered model and its evaluation."""
    settings = FinalSettings.from_environment(environ)
    pipeline = load_pipeline(settings.pipeline)
    store = tracking.Tracking(settings)
    trials = store.trials()
    dataset = objects.read_json(settings.dataset_uri)
    samples = read_samples(folder, pipeline.model)

    candidate = fit_best_trial(trials[0], samples, pipeline.model)
    costs = pipeline.goals.costs or MistakeCosts(missed=1.0, false_alarm=1.0)
    result = candidates.evaluate(candidate, samples[TEST], pipeline.model, costs)
    with store.run("final", settings.run_id, documents.tags(settings, dataset)) as run_id:
        champion = evaluate_champion(settings.model_name, candidate, samples[TEST])
        version = registry.register(candidate.proto, candidate.transformation, settings.model_name)
        decision = decide(
            result.metrics,
            pipeline.goals,
            champion_version=champion["version"] if champion else None,
            champion_metrics=champion["metrics"] if champion else None,
        )
        identity = Identity(model_version=version, run_id=run_id, dataset=dataset)
        document = documents.evaluation(
            identity,
            settings,
            samples,
            result,
            candidate=candidate,
            decision=decision,
            trials=trials,
            champion=champion,
        )
        metadata = documents.metadata(identity, settings, candidate, result.metrics)
        write_model(folder, candidate, pipeline.model, metadata)
        publish_evaluation(folder, store, settings, document, trials[0])
        if decision.becomes_champion:
            registry.promote(settings.model_name, version)


def read_samples(folder: container.Container, specification: ModelSpec) -> dict[str, Samples]:
    """The rows of every channel; raises TrainingError unless each channel has rows of both classes."""
    samples = {name: data.read_samples(folder.channel(name), name, specification) for name in CHANNELS}
    for name, part in samples.items():
        data.require_both_classes(part, name)
    return samples


def fit_best_trial(best: Trial, samples: dict[str, Samples], specification: ModelSpec) -> Candidate:
    """The model with the parameters, number of trees and threshold of the best trial."""
    return candidates.build(
        samples,
        specification,
        Hyperparameters.from_strings(best.parameters),
        rounds=int(best.metrics[tracking.ROUNDS]),
        threshold=best.metrics[tracking.THRESHOLD],
    )


def evaluate_champion(name: str, candidate: Candidate, test: Samples) -> Document | None:
    """Version and metrics of the current champion on the test rows, or None without a champion.

    The metrics are None when the champion reads columns that the data set no longer has.
    """
    champion = registry.champion(name)
    if champion is None:
        return None
    can_score = _inputs(champion.proto) <= _inputs(candidate.proto)
    metrics = evaluation.scores(test.label, onnx_export.score(champion.proto, test.table)) if can_score else None
    return {"version": champion.version, "metrics": metrics}


def _inputs(proto: onnx.ModelProto) -> set[tuple[str, bytes]]:
    return {(entry.name, entry.type.SerializeToString(deterministic=True)) for entry in proto.graph.input}


def write_model(
    folder: container.Container, candidate: Candidate, specification: ModelSpec, metadata: Document
) -> None:
    """Write the files that SageMaker packs into `model.tar.gz`."""
    onnx.save(candidate.proto, folder.model / "model.onnx")
    candidate.booster.save_model(folder.model / "model.json")
    contents: dict[str, Any] = {
        "transformation.json": candidate.transformation.to_document(),
        "signature.json": documents.signature(candidate, specification),
        "metadata.json": metadata,
    }
    for name, content in contents.items():
        (folder.model / name).write_text(json.dumps(content, indent=1))


def publish_evaluation(
    folder: container.Container, store: tracking.Tracking, settings: FinalSettings, document: Document, best: Trial
) -> None:
    """Log the evaluation to MLflow and write it to S3; `evaluation.json` in S3 comes last and marks completion."""
    quality = documents.model_quality(document["metrics"])
    metrics = {f"test_{name}": value for name, value in document["metrics"].items()}
    store.log(
        parameters={**best.parameters, "rounds": int(best.metrics[tracking.ROUNDS])},
        metrics={**metrics, "threshold": document["threshold"]},
        documents={"evaluation.json": document, "model_quality.json": quality},
    )
    registry.describe(
        settings.model_name,
        document["model_version"],
        {"approved": str(document["approved"]).lower(), "dag_run": settings.run_id, "code_uri": settings.code_uri},
    )
    for name, content in (("evaluation.json", document), ("model_quality.json", quality)):
        (folder.output / name).write_text(json.dumps(content, indent=1))
    objects.write_json(settings.evaluation_uri, document)


if __name__ == "__main__":
    sys.exit(container.run(final))
