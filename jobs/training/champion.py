"""The current champion on the test rows of a new model that it has not learnt from."""

from dataclasses import replace

import numpy as np
import onnx

from jobs.contracts.goals import CONFIDENT_DAYS
from jobs.contracts.metrics import Metric
from jobs.training import onnx_export
from jobs.training.bootstrap import DayBootstrap, interval, paired
from jobs.training.candidate import Candidate
from jobs.training.data import Samples
from jobs.training.decision import Champion, Gain
from jobs.training.problems.strategy import Strategy, measured
from jobs.training.registry import LEARNT_UNTIL, RegisteredModel
from jobs.training.window import iso


def evaluate_champion(
    found: RegisteredModel | None, candidate: Candidate, test: Samples, strategy: Strategy
) -> Champion | None:
    """The champion and the candidate on the same rows; None without a champion.

    The champion has learnt from earlier rows and perhaps from some of these. It knows the latter, so both models are
    measured on the rows that follow.
    """
    if found is None:
        return None
    learnt_until = None if found.learnt_until is None else iso(found.learnt_until)
    difference = _difference(found.proto, candidate.proto)
    if difference is not None:
        return Champion(
            version=found.version, learnt_until=learnt_until, reason=difference, answers_another_question=True
        )
    if found.learnt_until is None:
        return Champion(version=found.version, reason=_unknown(found.version))
    unseen = test.take(test.instant > found.learnt_until)
    days = len(np.unique(unseen.day))
    known = Champion(version=found.version, learnt_until=learnt_until, rows=len(unseen), days=days)
    return _measured(known, found, candidate, unseen, strategy) if days >= CONFIDENT_DAYS else _too_few(known)


def _measured(
    known: Champion, found: RegisteredModel, candidate: Candidate, rows: Samples, strategy: Strategy
) -> Champion:
    objective: Metric = candidate.model.spec.objective_metric
    measures, days = strategy.measures(), DayBootstrap(rows.day)
    predictions = [onnx_export.score(proto, rows.table) for proto in (candidate.proto, found.proto)]
    own, other = (measured(measures, rows.label, prediction) for prediction in predictions)
    draws = [days.draws(measures[objective.name], rows.label, prediction) for prediction in predictions]
    spread = interval(paired(objective.gain, *draws))
    value, reference = own[objective.name], other[objective.name]
    if spread is None or value is None or reference is None:
        return replace(known, reason=f"{objective.title} is undefined for the rows that it has not learnt from")
    gain = Gain(value=objective.gain(value, reference), interval=spread)
    return replace(known, metrics=other, own_metrics=own, gain=gain)


def _unknown(version: str) -> str:
    return (
        f"its version has no tag {LEARNT_UNTIL}, so it may have learnt from these test rows; set the tag of version "
        f"{version} in MLflow to the time of the newest row that it learnt from, such as 2013-10-31T23:59:59Z"
    )


def _too_few(known: Champion) -> Champion:
    reason = (
        f"it has learnt until {known.learnt_until}, and {known.days} days of the test rows are later, of which "
        f"{CONFIDENT_DAYS} are needed; train with later test partitions"
    )
    return replace(known, reason=reason)


def _difference(champion: onnx.ModelProto, candidate: onnx.ModelProto) -> str | None:
    """Why two models do not answer the same question from the same columns; None if they do."""
    old, new = (onnx_export.question(proto) for proto in (champion, candidate))
    changed = [f"{name} {old[name]!r}, now {new[name]!r}" for name in new if name in old and old[name] != new[name]]
    if changed:
        return f"it answers another question ({'; '.join(changed)})"
    if [entry.name for entry in champion.graph.output] != [entry.name for entry in candidate.graph.output]:
        return "it predicts other classes"
    missing = sorted(name for name, _ in _inputs(champion) - _inputs(candidate))
    return f"it reads columns {missing}, which the data set no longer has in this form" if missing else None


def _inputs(proto: onnx.ModelProto) -> set[tuple[str, bytes]]:
    return {(entry.name, entry.type.SerializeToString(deterministic=True)) for entry in proto.graph.input}
