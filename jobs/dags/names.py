"""The names of a run's jobs and folders, which are deterministic and valid in every service."""

import hashlib
import re

from jobs.contracts.names import PLATFORM

#: The longest name of most SageMaker jobs and models; kinds with a shorter one state it in `contracts/workloads.py`.
JOB_NAME_LIMIT = 63

_RUN_KEY_LIMIT = 40
_DIGEST = 8
#: Room for the number of a try.
_TRY_DIGITS = 3


def run_key(run_id: str) -> str:
    """The run id in letters, digits and hyphens, for S3 keys and arguments; differs whenever the run ids differ."""
    return _fit(_slug(run_id), _digest(run_id), _RUN_KEY_LIMIT)


def job_name(
    environment: str, pipeline: str, kind: str, run_id: str, try_number: int, *, limit: int = JOB_NAME_LIMIT
) -> str:
    """The name of one try of one job, so that a retried or cleared task never reuses a name.

    It starts with the platform and the environment, as the roles that may create and stop it are limited to these. The
    names of all tries of a task differ in the number at the end only.
    """
    digest = _digest("\n".join((environment, pipeline, kind, run_id)))
    body = _slug(f"{PLATFORM}-{environment}-{pipeline}-{kind}-{run_id}")
    return f"{_fit(body, digest, limit - _TRY_DIGITS - 1)}-{try_number}"


def earlier_names(name: str) -> list[str]:
    """The names of the earlier tries of the task whose job has this name."""
    stem, _, try_number = name.rpartition("-")
    return [f"{stem}-{number}" for number in range(1, int(try_number))]


def _fit(body: str, tail: str, limit: int) -> str:
    head = body[: limit - len(tail) - 1].strip("-")
    return f"{head}-{tail}" if head else tail


def _slug(text: str) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "-", text).strip("-").lower()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
