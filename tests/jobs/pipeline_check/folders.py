"""Folders of pipelines in a temporary place, which the package of pipelines finds instead of its own."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import jobs.pipelines


@contextmanager
def pipelines_at(root: Path) -> Iterator[Path]:
    """Make `root` the place of all pipelines; modules that were imported from elsewhere are imported again later."""
    earlier = {name: module for name, module in sys.modules.items() if name.startswith("jobs.pipelines.")}
    path = jobs.pipelines.__path__
    _forget()
    jobs.pipelines.__path__ = [str(root)]
    try:
        yield root
    finally:
        _forget()
        sys.modules.update(earlier)
        jobs.pipelines.__path__ = path


def _forget() -> None:
    for name in [name for name in sys.modules if name.startswith("jobs.pipelines.")]:
        del sys.modules[name]


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
