"""The result of fitting, for every algorithm."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
#: The matrix of features and the labels: 0 and 1, the position of the class, or a number.
Rows = tuple[Floats, Floats]


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A native model, and what fitting has chosen on the validation rows."""

    native: Any
    chosen: Mapping[str, float]
