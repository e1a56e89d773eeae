"""Boosting in segments, after each of which an interrupted job resumes.

XGBoost keeps the state of its random numbers in the process, so a booster that continues from a file draws other rows
and columns than one that was not interrupted. Here every segment starts from a file with a seed of its own, with or
without an interruption, and both give the same model.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import xgboost as xgb

from jobs.training.algorithms.fitted import Rows
from jobs.training.checkpoints import Checkpoint

#: A resumed job repeats at most this many rounds. Each segment begins with predictions of the rounds before it, which
#: take about as long as one round.
SEGMENT = 100
_HELD_OUT = "held_out"
_MAXIMISED = ("auc", "aucpr")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A booster after some rounds, and the rounds that are best on the held-out rows."""

    booster: bytes = b""
    rounds: int = 0
    best_rounds: int = 0
    best: float = math.nan

    @property
    def facts(self) -> Mapping[str, float]:
        """The numbers that a checkpoint keeps beside the booster."""
        return {"rounds": self.rounds, "best_rounds": self.best_rounds, "best": self.best}

    def after(self, value: float, *, maximise: bool) -> "Progress":
        """The progress after another round with this value of the metric."""
        better = math.isnan(self.best) or (value > self.best if maximise else value < self.best)
        rounds = self.rounds + 1
        best, best_rounds = (value, rounds) if better else (self.best, self.best_rounds)
        return Progress(booster=self.booster, rounds=rounds, best_rounds=best_rounds, best=best)


@dataclass(frozen=True, kw_only=True)
class Boosting:
    """What is fitted, and for how many rounds."""

    arguments: Mapping[str, Any]
    rounds: int
    train: Rows
    held_out: Rows | None = None
    patience: int = 0
    """Boosting ends after this many rounds without an improvement on the held-out rows, if there are any."""

    def run(self, checkpoint: Checkpoint) -> tuple[xgb.Booster, int]:
        """The booster with its best rounds, or with all without held-out rows, and their number."""
        identity = self._identity() if checkpoint.path else ""
        progress = _loaded(checkpoint, identity)
        if not self._ends(progress):
            train = self._matrix(self.train)
            held_out = self._matrix(self.held_out, ref=train) if self.held_out else None
            while not self._ends(progress):
                progress = self._segment(progress, train, held_out)
                checkpoint.save(identity, progress.facts, progress.booster)
        booster = xgb.Booster()
        booster.load_model(bytearray(progress.booster))
        rounds = progress.best_rounds if self.held_out else progress.rounds
        return booster[:rounds], rounds

    def _segment(self, progress: Progress, train: xgb.DMatrix, held_out: xgb.DMatrix | None) -> Progress:
        follow = _Follow(self, progress)
        booster = xgb.train(
            {**self.arguments, "seed": self.arguments["seed"] + progress.rounds},
            train,
            num_boost_round=min(SEGMENT, self.rounds - progress.rounds),
            evals=[(held_out, _HELD_OUT)] if held_out else [],
            xgb_model=bytearray(progress.booster) if progress.booster else None,
            callbacks=[follow],
            verbose_eval=False,
        )
        end = follow.progress
        return Progress(
            booster=bytes(booster.save_raw("ubj")), rounds=end.rounds, best_rounds=end.best_rounds, best=end.best
        )

    def _ends(self, progress: Progress) -> bool:
        waited = progress.rounds - progress.best_rounds
        return progress.rounds >= self.rounds or bool(self.held_out and progress.rounds and waited >= self.patience)

    def _matrix(self, rows: Rows, ref: xgb.DMatrix | None = None) -> xgb.QuantileDMatrix:
        return xgb.QuantileDMatrix(*rows, max_bin=self.arguments["max_bin"], ref=ref)

    def _identity(self) -> str:
        """A digest of everything on which the result depends."""
        digest = hashlib.sha256(json.dumps([dict(self.arguments), self.rounds, self.patience], sort_keys=True).encode())
        for part in (*self.train, *(self.held_out or ())):
            digest.update(part.tobytes())
        return digest.hexdigest()


class _Follow(xgb.callback.TrainingCallback):
    """Follows the progress through a segment, and ends it when boosting ends."""

    def __init__(self, boosting: Boosting, progress: Progress) -> None:
        super().__init__()
        self.progress = progress
        self._boosting = boosting
        self._metric = boosting.arguments["eval_metric"]

    def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Any]) -> bool:  # noqa: ARG002 - XGBoost's
        """Take the newest value of the metric; true ends the segment."""
        value = float(evals_log[_HELD_OUT][self._metric][-1]) if evals_log else math.nan
        self.progress = self.progress.after(value, maximise=self._metric in _MAXIMISED)
        return self._boosting._ends(self.progress)


def _loaded(checkpoint: Checkpoint, identity: str) -> Progress:
    loaded = checkpoint.load(identity)
    if loaded is None:
        return Progress()
    facts, booster = loaded
    return Progress(
        booster=booster, rounds=int(facts["rounds"]), best_rounds=int(facts["best_rounds"]), best=facts["best"]
    )
