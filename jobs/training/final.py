"""The final training job: fit the best trial's model, evaluate it and register it; the DAG promotes it."""

import json
import sys
from collections.abc import Mapping

import onnx

from jobs.contracts.columns import TEST
from jobs.contracts.pipeline import Pipeline, load_pipeline
from jobs.contracts.training import CHANNELS
from jobs.training import candidate as candidates
from jobs.training import container, data, descriptions, documents, objects, registry, run_record, window
from jobs.training.candidate import Candidate
from jobs.training.champion import evaluate_champion
from jobs.training.container import Container
from jobs.training.decision import decide
from jobs.training.documents import Document, Outcome
from jobs.training.evaluation import evaluate
from jobs.training.problems import strategy_of
from jobs.training.settings import FinalSettings
from jobs.training.tracking import Tracking


def run_final(pipeline: Pipeline, folder: Container, settings: FinalSettings) -> None:
    """Turn the best trial of the tuning job into a registered model and its evaluation."""
    spec, strategy = pipeline.model, strategy_of(pipeline)
    store = Tracking(settings)
    trials = store.trials(spec.objective_metric)
    dataset = objects.read_json(settings.dataset_uri)
    samples = data.read_channels(folder, CHANNELS, pipeline, strategy)

    checkpoints = folder.checkpoints(settings.training_job)
    candidate = candidates.build(trials[0], samples, pipeline, strategy, checkpoints)
    result = evaluate(candidate, samples, pipeline, strategy)
    name = descriptions.run_name(settings.pipeline, dataset.get("partitions", {}), settings.run_id)
    with store.run("final", name, run_record.tags(settings)) as run_id:
        run_record.nest(trials, [each.name for each in spec.search], run_id)
        run_record.log_inputs(dataset, pipeline, settings.dataset_uri)
        found = registry.champion(settings.model_name, settings.run_id)
        champion = evaluate_champion(found, candidate, samples[TEST], strategy)
        outcome = Outcome(
            pipeline=pipeline,
            settings=settings,
            candidate=candidate,
            result=result,
            trials=trials,
            champion=champion,
            decision=decide(result.goals, spec.objective_metric, champion),
            dataset=dataset,
            learnt=window.learnt(samples),
            run_id=run_id,
            experiment_id=store.experiment_id,
            model_version=registry.register(candidate.proto, spec, settings.model_name),
        )
        write_model(folder, candidate, documents.signature(spec), documents.metadata(outcome))
        publish_evaluation(folder, store, outcome, documents.evaluation(outcome, samples, strategy))


def write_model(folder: Container, candidate: Candidate, signature: Document, metadata: Document) -> None:
    """Write the files that SageMaker packs into `model.tar.gz`."""
    model = candidate.model
    onnx.save(candidate.proto, folder.model / "model.onnx")
    model.trainer.save(model.native, folder.model)
    contents = {
        "transformation.json": model.transformation.to_document(),
        "signature.json": signature,
        "metadata.json": metadata,
    }
    for name, content in contents.items():
        (folder.model / name).write_text(json.dumps(content, indent=1))


def publish_evaluation(folder: Container, store: Tracking, outcome: Outcome, document: Document) -> None:
    """Log the evaluation to MLflow and write it to S3; `evaluation.json` in S3 comes last and marks completion."""
    settings, candidate = outcome.settings, outcome.candidate
    metrics = {f"test_{name}": value for name, value in outcome.result.metrics.items() if value is not None}
    store.log(parameters=outcome.trials[0].parameters, metrics={**metrics, **candidate.fitted, **candidate.choice})
    run_record.publish(document)
    registry.describe(
        settings.model_name,
        outcome.model_version,
        documents.version_tags(outcome),
        model=descriptions.of_model(outcome.pipeline),
        version_text=descriptions.of_version(document),
    )
    (folder.output / "evaluation.json").write_text(json.dumps(document, indent=1, allow_nan=False))
    objects.write_json(settings.evaluation_uri, document)


def final(folder: Container, environ: Mapping[str, str]) -> None:
    """Run the final job of the pipeline that the environment names."""
    settings = FinalSettings.from_environment(environ)
    run_final(load_pipeline(settings.pipeline), folder, settings)


if __name__ == "__main__":
    sys.exit(container.run(final))
