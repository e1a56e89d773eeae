"""The current champion on the test rows of a new model."""

import onnx

from jobs.training import onnx_export, registry
from jobs.training.candidate import Candidate
from jobs.training.data import Samples
from jobs.training.decision import Champion
from jobs.training.problems.strategy import Strategy, measured


def evaluate_champion(name: str, candidate: Candidate, test: Samples, strategy: Strategy) -> Champion | None:
    """The champion's metrics on the test rows; None without a champion, or a reason if it cannot be compared."""
    found = registry.champion(name)
    if found is None:
        return None
    reason = _difference(found.proto, candidate.proto)
    if reason is not None:
        return Champion(version=found.version, metrics=None, reason=reason)
    prediction = onnx_export.score(found.proto, test.table)
    return Champion(version=found.version, metrics=measured(strategy.measures(), test.label, prediction))


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
