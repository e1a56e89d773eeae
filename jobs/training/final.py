"""The model of a run: best trial refitted, judged on unseen months, exported, registered."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import onnx

from jobs.contracts.training import CHANNELS
from jobs.training import candidate as candidates
from jobs.training import container, data, documents, evaluation, objects, onnx_export, registry, tracking, verdict
from jobs.training.data import Samples
from jobs.training.documents import Document, Identity
from jobs.training.model import Hyperparameters
from jobs.training.settings import FinalSettings
from jobs.training.specification import Specification, load_specification
from jobs.training.tracking import Trial


def final(folder: container.Container, environ: Mapping[str, str]) -> None:
    """Turn the best trial of the tuning job into a registered model and an evaluation."""
    settings = FinalSettings.from_environment(environ)
    specification = load_specification(settings.pipeline)
    store = tracking.Tracking(settings)
    trials = store.trials()
    dataset = objects.read_json(settings.dataset_uri)
    samples = {name: data.read_samples(folder.channel(name), name, specification) for name in CHANNELS}
    for name, part in samples.items():
        data.require_both_classes(part, name)

    candidate = _candidate(trials[0], samples, specification)
    assessment = candidates.assess(candidate, samples["test"], specification)
    with store.run("final", settings.run_id, documents.tags(settings, dataset)) as run_id:
        before = _champion(settings.model_name, candidate, samples["test"])
        version = registry.register(candidate.proto, candidate.transformation, settings.model_name)
        decided = verdict.judge(
            assessment.metrics,
            specification.minimums,
            champion_version=before["version"] if before else None,
            champion_metrics=before["metrics"] if before else None,
        )
        identity = Identity(model_version=version, run_id=run_id, dataset=dataset)
        document = documents.evaluation(
            identity,
            settings,
            samples,
            assessment,
            candidate=candidate,
            verdict=decided,
            trials=trials,
            champion=before,
        )
        _write_model(
            folder, candidate, specification, documents.metadata(identity, settings, candidate, assessment.metrics)
        )
        _publish(folder, store, settings, document, trials[0])
        if decided.takes_over:
            registry.promote(settings.model_name, version)


def _candidate(best: Trial, samples: dict[str, Samples], specification: Specification) -> candidates.Candidate:
    return candidates.build(
        samples,
        specification,
        Hyperparameters.from_strings(best.parameters),
        rounds=int(best.metrics[tracking.ROUNDS]),
        threshold=best.metrics[tracking.THRESHOLD],
    )


def _champion(name: str, candidate: candidates.Candidate, test: Samples) -> Document | None:
    """The present champion and its metrics on the same rows; no metrics where it needs columns that are gone."""
    present = registry.champion(name)
    if present is None:
        return None
    usable = _inputs(present.proto) <= _inputs(candidate.proto)
    metrics = evaluation.scores(test.label, onnx_export.score(present.proto, test.table)) if usable else None
    return {"version": present.version, "metrics": metrics}


def _inputs(proto: onnx.ModelProto) -> set[tuple[str, bytes]]:
    return {(entry.name, entry.type.SerializeToString(deterministic=True)) for entry in proto.graph.input}


def _write_model(
    folder: container.Container, candidate: candidates.Candidate, specification: Specification, metadata: Document
) -> None:
    onnx.save(candidate.proto, folder.model / "model.onnx")
    candidate.booster.save_model(folder.model / "model.json")
    written: Sequence[tuple[str, Any]] = (
        ("transformation.json", candidate.transformation.to_document()),
        ("signature.json", documents.signature(candidate, specification)),
        ("metadata.json", metadata),
    )
    for name, document in written:
        (folder.model / name).write_text(json.dumps(document, indent=1))


def _publish(
    folder: container.Container,
    store: tracking.Tracking,
    settings: FinalSettings,
    document: Document,
    best: Trial,
) -> None:
    """Log to MLflow, then to S3: once `evaluation.json` is there, all it names exists."""
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
