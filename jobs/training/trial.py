"""A trial of a tuning job: fit and measure the folds, log to MLflow and print the objective."""

import sys
from collections.abc import Mapping

from jobs.contracts.columns import TRAIN
from jobs.contracts.pipeline import Pipeline, load_pipeline
from jobs.contracts.training import TRIAL_CHANNELS, metric_line
from jobs.training import container, data, hyperparameters
from jobs.training.algorithms import trainer_of
from jobs.training.algorithms.fitted import Fitted, Rows
from jobs.training.container import Container
from jobs.training.folds import averages, folds, result_of
from jobs.training.problems import strategy_of
from jobs.training.settings import TrialSettings
from jobs.training.tracking import Tracking, validation_metric


def run_trial(pipeline: Pipeline, folder: Container, settings: TrialSettings) -> None:
    """Run the trial with the hyper-parameters of the container."""
    spec, strategy = pipeline.model, strategy_of(pipeline)
    trainer = trainer_of(spec)
    parameters = hyperparameters.parse(spec.algorithm, folder.hyperparameters())
    store = Tracking(settings)

    checkpoints = folder.checkpoints(settings.training_job)

    def fit(name: str, train: Rows, held_out: Rows) -> Fitted:
        return trainer.fit(spec, parameters, train, held_out, checkpoints.of(name))

    samples = data.read_channels(folder, TRIAL_CHANNELS, pipeline, strategy)
    results = [result_of(fold, spec, strategy, fit) for fold in folds(samples, pipeline, strategy)]
    metrics = averages(results)
    chosen = trainer.average([each.chosen for each in results])
    constant = all(each.is_constant for each in results)
    remedy = trainer.remedy(spec, parameters, samples[TRAIN].label) if constant else ""
    store.record_trial(
        hyperparameters.to_strings(parameters),
        {validation_metric(name): value for name, value in metrics.items()} | chosen,
        constant=constant,
        remedy=remedy,
    )
    if constant:
        print(f"the model predicts the same value for every row, it has learnt nothing: {remedy}")
    print(metric_line(spec, metrics[spec.objective]), flush=True)


def trial(folder: Container, environ: Mapping[str, str]) -> None:
    """Run the trial of the pipeline that the environment names."""
    settings = TrialSettings.from_environment(environ)
    run_trial(load_pipeline(settings.pipeline), folder, settings)


if __name__ == "__main__":
    sys.exit(container.run(trial))
