"""Writes the folder of a new pipeline and its tests, or nothing at all."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from copier import run_copy

from common.errors import PlatformError
from generator.context import source_name, template_context
from generator.csv_file import read_csv_file
from generator.infer import infer
from generator.profile import Options, Profile
from generator.sample import KEY, TARGET, TIME, sample_csv
from jobs.contracts.pipeline import require_name
from jobs.contracts.tables import ContractError

TEMPLATE = Path(__file__).parent / "template"
#: Larger files stay where they are, because the folder is part of the repository.
LARGEST_COPY = 5_000_000


@dataclass(frozen=True)
class Created:
    """What was written: the folders, and the profile that was found."""

    folders: tuple[Path, Path]
    profile: Profile


def create_pipeline(name: str, options: Options | None, root: Path) -> Created:
    """Write `jobs/pipelines/<name>` and its tests below `root`, from the data of the options or from sample data.

    Raises PlatformError before anything is written if the name, the options or the file do not allow it.
    """
    folders = _free_folders(name, root)
    with tempfile.TemporaryDirectory(dir=root, prefix=".new-") as temporary:
        place = Path(temporary)
        is_sample = options is None
        if options is None:
            sample = place / "readings.csv"
            sample.write_text(sample_csv())
            options = Options(path=sample, target=TARGET, time=TIME, key=KEY)
        options = replace(options, path=options.path.expanduser().resolve())
        profile = infer(read_csv_file(options.path), options)
        _render(name, profile, options.path, place / "rendered", is_sample=is_sample)
        _move(place / "rendered", folders, root)
    return Created(folders, profile)


def _free_folders(name: str, root: Path) -> tuple[Path, Path]:
    try:
        require_name(name)
    except ContractError as error:
        raise PlatformError(str(error)) from error
    folders = (root / "jobs" / "pipelines" / name, root / "tests" / "jobs" / "pipelines" / name)
    for folder in folders:
        if folder.exists():
            raise PlatformError(f"{folder.relative_to(root)} exists; choose another name, or delete the folder first")
    return folders


def _render(name: str, profile: Profile, path: Path, target: Path, *, is_sample: bool) -> None:
    source = source_name(path.stem)
    data_file = f"{source}.csv" if path.stat().st_size < LARGEST_COPY else ""
    context: Mapping[str, Any] = {
        **template_context(name, profile, source=source),
        "is_sample": is_sample,
        "file_name": path.name,
        "path": str(path),
        "data_file": data_file,
    }
    run_copy(str(TEMPLATE), target, data=dict(context), defaults=True, quiet=True, unsafe=False)
    if data_file:
        data = target / "jobs" / "pipelines" / name / "data"
        data.mkdir()
        shutil.copyfile(path, data / data_file)
    config = Path(__file__).resolve().parents[1] / "pyproject.toml"
    for command in (["check", "--select", "F401", "--fix"], ["format"]):
        subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--quiet", "--no-cache", "--config", str(config), str(target)],
            check=True,
        )


def _move(rendered: Path, folders: tuple[Path, Path], root: Path) -> None:
    """Move both folders to their place; after an error neither is there."""
    try:
        for folder in folders:
            folder.parent.mkdir(parents=True, exist_ok=True)
            (rendered / folder.relative_to(root)).rename(folder)
    except OSError:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        raise
