"""The time from which a model has learnt."""

from collections.abc import Mapping

import numpy as np

from jobs.contracts.columns import TRAIN, VALIDATION
from jobs.training.data import Samples


def learnt(samples: Mapping[str, Samples]) -> tuple[str, str]:
    """The first and the last prediction time of the rows that fit a model."""
    instants = np.concatenate([samples[name].instant for name in (TRAIN, VALIDATION)])
    return iso(instants.min()), iso(instants.max())


def iso(instant: np.datetime64) -> str:
    """An instant in UTC as text, such as 2013-10-31T23:59:59Z."""
    return np.datetime_as_string(instant, unit="us").removesuffix(".000000") + "Z"
