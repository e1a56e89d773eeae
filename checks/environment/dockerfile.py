"""The instructions of a Dockerfile that decide how a container runs."""

import json
import re
from collections.abc import Iterator

_DOWNLOAD = re.compile(r"\b(curl|wget|git clone)\b")


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction with its argument; continued lines are joined and comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, argument = line.strip().partition(" ")
        if word:
            yield word.upper(), argument.strip()


def last_user(text: str) -> str:
    """Return the user of the last USER instruction without its group; `root` when there is none."""
    users = [argument for word, argument in instructions(text) if word == "USER"]
    return users[-1].partition(":")[0] if users else "root"


def prepared_volumes(text: str) -> set[str]:
    """Return the paths of VOLUME instructions whose permissions an earlier RUN sets with chmod, chown or install."""
    prepared: set[str] = set()
    commands: list[list[str]] = []
    for word, argument in instructions(text):
        if word == "RUN":
            commands += [part.split() for part in argument.split("&&")]
        elif word == "VOLUME":
            paths = json.loads(argument) if argument.startswith("[") else argument.split()
            prepared |= {path for path in paths if any(_sets_permissions(words, path) for words in commands)}
    return prepared


def downloads(text: str) -> Iterator[str]:
    """Yield the instructions that download something themselves: packages come from a locked list with hashes."""
    for word, argument in instructions(text):
        if (word == "ADD" and "://" in argument) or (word == "RUN" and _DOWNLOAD.search(argument)):
            yield f"{word} {argument}"


def _sets_permissions(words: list[str], path: str) -> bool:
    return bool(words) and words[0] in {"chmod", "chown", "install"} and path in words[1:]
