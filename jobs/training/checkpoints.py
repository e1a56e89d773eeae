"""Checkpoints of a training job, from which it resumes after an interruption of its instance."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SUFFIX = ".checkpoint"


@dataclass(frozen=True)
class Checkpoint:
    """The file with the newest state of one fit; without a path, nothing is kept."""

    path: Path | None = None

    def load(self, identity: str) -> tuple[Mapping[str, float], bytes] | None:
        """The facts and the content that were saved for the same work; None if there are none, or incomplete ones."""
        if self.path is None or not self.path.is_file():
            return None
        head, _, content = self.path.read_bytes().partition(b"\n")
        try:
            document = json.loads(head)
        except ValueError:
            return None
        if document.get("identity") != identity or document.get("digest") != hashlib.sha256(content).hexdigest():
            return None
        return document["facts"], content

    def save(self, identity: str, facts: Mapping[str, float], content: bytes) -> None:
        """Replace the state, so that an interruption leaves either the old or the new one."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        document = {"identity": identity, "digest": hashlib.sha256(content).hexdigest(), "facts": dict(facts)}
        unfinished = self.path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            file.write(json.dumps(document).encode() + b"\n" + content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.path)


NO_CHECKPOINT = Checkpoint()


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints of a training job by name; without a folder, nothing is kept."""

    folder: Path | None = None

    def of(self, name: str) -> Checkpoint:
        """The checkpoint of the fit of that name."""
        return Checkpoint(self.folder / f"{name}{_SUFFIX}" if self.folder else None)
