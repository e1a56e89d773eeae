"""A trial of a tuning job: fit on the train split, score validation, log to MLflow and print the objective."""

import sys
from collections.abc import Mapping

from jobs.contracts.columns import TRAIN, VALIDATION
from jobs.contracts.goals import MistakeCosts
from jobs.contracts.pipeline import load_pipeline
from jobs.contracts.training import TRIAL_CHANNELS, metric_line
from jobs.training import container, data, evaluation, model, tracking, transformation
from jobs.training.settings import TrialSettings


def trial(folder: container.Container, environ: Mapping[str, str]) -> None:
    """Run the trial with the hyper-parameters of the container."""
    settings = TrialSettings.from_environment(environ)
    parameters = model.Hyperparameters.from_strings(folder.hyperparameters())
    pipeline = load_pipeline(settings.pipeline)
    specification = pipeline.model
    store = tracking.Tracking(settings)

    train, validation = (data.read_samples(folder.channel(name), name, specification) for name in TRIAL_CHANNELS)
    data.require_both_classes(train, TRAIN)
    data.require_both_classes(validation, VALIDATION)
    prepared = transformation.fit(train.table, train.label, specification.numeric, specification.categorical)
    held_out = prepared.apply(validation.table)
    fitted = model.fit(parameters, (prepared.apply(train.table), train.label), (held_out, validation.label))

    probability = model.predict(fitted.booster, held_out)
    scores = evaluation.scores(validation.label, probability)
    costs = pipeline.goals.costs or MistakeCosts(missed=1.0, false_alarm=1.0)
    threshold = evaluation.threshold_of_least_cost(validation.label, probability, costs)
    metrics = {f"validation_{name}": value for name, value in scores.items()} | {
        tracking.OBJECTIVE: scores["roc_auc"],
        tracking.ROUNDS: float(fitted.rounds),
        tracking.THRESHOLD: threshold,
    }
    store.record_trial(parameters.to_strings(), metrics)
    print(metric_line(scores["roc_auc"]), flush=True)


if __name__ == "__main__":
    sys.exit(container.run(trial))
