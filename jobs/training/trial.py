"""A trial of a tuning job: fit on the train split, score validation, log to MLflow and print the objective."""

import sys
from collections.abc import Mapping

import numpy as np

from jobs.contracts.columns import TRAIN, VALIDATION
from jobs.contracts.pipeline import Pipeline, load_pipeline
from jobs.contracts.training import TRIAL_CHANNELS, metric_line
from jobs.training import container, data, hyperparameters, transformation
from jobs.training.algorithms import trainer_of
from jobs.training.container import Container
from jobs.training.problems import strategy_of
from jobs.training.problems.strategy import measured
from jobs.training.settings import TrialSettings
from jobs.training.tracking import Tracking, validation_metric


def run_trial(pipeline: Pipeline, folder: Container, settings: TrialSettings) -> None:
    """Run the trial with the hyper-parameters of the container."""
    spec, strategy = pipeline.model, strategy_of(pipeline)
    trainer = trainer_of(spec)
    parameters = hyperparameters.parse(spec.algorithm, folder.hyperparameters())
    store = Tracking(settings)

    samples = data.read_channels(folder, TRIAL_CHANNELS, pipeline, strategy)
    train, validation = samples[TRAIN], samples[VALIDATION]
    prepared, matrix = transformation.fit(train.table, strategy.targets(train.label), train.day, spec)
    held_out = prepared.apply(validation.table)
    fitted = trainer.fit(spec, parameters, (matrix, train.label), (held_out, validation.label))

    prediction = trainer.predict(fitted.native, held_out)
    scores = {
        name: value
        for name, value in measured(strategy.measures(), validation.label, prediction).items()
        if value is not None
    }
    choice = strategy.choose(validation.label, prediction)
    constant = bool((np.ptp(prediction, axis=0) == 0).all())
    store.record_trial(
        hyperparameters.to_strings(parameters),
        {validation_metric(name): value for name, value in scores.items()} | {**fitted.chosen, **choice},
        constant=constant,
    )
    if constant:
        print("the model predicts the same value for every row: with these hyper-parameters it has learnt nothing")
    print(metric_line(spec, scores[spec.objective]), flush=True)


def trial(folder: Container, environ: Mapping[str, str]) -> None:
    """Run the trial of the pipeline that the environment names."""
    settings = TrialSettings.from_environment(environ)
    run_trial(load_pipeline(settings.pipeline), folder, settings)


if __name__ == "__main__":
    sys.exit(container.run(trial))
