"""The names of a run's jobs and folders, which are deterministic and valid in every service."""

import hashlib
import re

from jobs.contracts.names import PLATFORM

#: The longest name of most SageMaker jobs and models; kinds with a shorter one state it in `contracts/workloads.py`.
JOB_NAME_LIMIT = 63

_RUN_KEY_LIMIT = 40
_DIGEST = 8


def run_key(run_id: str) -> str:
    """The run id in letters, digits and hyphens, for S3 keys and arguments; differs whenever the run ids differ."""
    return _fit(_slug(run_id), _digest(run_id), _RUN_KEY_LIMIT)


def job_name(
    environment: str, pipeline: str, kind: str, run_id: str, try_number: int, *, limit: int = JOB_NAME_LIMIT
) -> str:
    """The name of one try of one job, so that a retried or cleared task never reuses a name.

    It starts with the platform and the environment, as the roles that may create and stop it are limited to these.
    """
    digest = _digest("\n".join((environment, pipeline, kind, run_id, str(try_number))))
    body = _slug(f"{PLATFORM}-{environment}-{pipeline}-{kind}-{run_id}")
    return _fit(body, f"{digest}-{try_number}", limit)


def _fit(body: str, tail: str, limit: int) -> str:
    head = body[: limit - len(tail) - 1].strip("-")
    return f"{head}-{tail}" if head else tail


def _slug(text: str) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "-", text).strip("-").lower()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
