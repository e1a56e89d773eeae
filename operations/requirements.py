"""The requirements files generated from uv.lock, for pip users and container images, and those that MWAA reads."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from common.errors import PlatformError
from common.paths import REPOSITORY
from infra.config.service_config import AIRFLOW_VERSIONS
from operations.airflow_requirements import airflow_requirements

_UV = REPOSITORY / ".venv" / "tools" / "bin" / "uv"
_MAIN = ("infra", "jobs", "local", "dev")
_FILES = {
    "requirements.txt": _MAIN,
    "jobs/training/requirements.txt": ("training",),
    "jobs/serving/requirements.txt": ("serving",),
    "infra/tracking/image/requirements.txt": ("tracking",),
}


def write_requirements(*, check: bool) -> list[Path]:
    """Write the files that differ from the lock; with `check`, change nothing. Returns the paths that differ."""
    stale = []
    for name, text in _generated():
        path = REPOSITORY / name
        if not path.exists() or path.read_text() != text:
            stale.append(path.relative_to(REPOSITORY))
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    return stale


def _generated() -> Iterator[tuple[str, str]]:
    for name, groups in _FILES.items():
        yield name, _exported(groups)
    for version in AIRFLOW_VERSIONS:
        yield f"requirements/airflow-{version}.txt", airflow_requirements(version)


def _exported(groups: tuple[str, ...]) -> str:
    selection = [word for group in groups for word in ("--only-group", group)]
    command = [str(_UV), "export", "--frozen", "--no-emit-project", "--no-annotate", "--no-header", *selection]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlatformError(f"uv export of {', '.join(groups)} failed: {done.stderr.strip()[-400:]}")
    return done.stdout
