"""Imports the declaration of a pipeline and turns what it raises into one sentence with its file and line."""

import ast
import importlib
import re
import traceback
from pathlib import Path

from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import ContractError
from jobs.pipeline_check.folder import DECLARATION, PIPELINES, PipelineFolder
from jobs.pipeline_check.mistake import Mistake


def load_declaration(folder: PipelineFolder) -> Pipeline | Mistake:
    """The value `PIPELINE`, or the mistake for which there is none."""
    try:
        module = importlib.import_module(f"{PIPELINES}.{folder.name}.pipeline")
    # A declaration is code and can raise anything.
    except Exception as error:
        return _mistake(folder, error)
    pipeline = getattr(module, "PIPELINE", None)
    if isinstance(pipeline, Pipeline):
        return pipeline
    received = "no PIPELINE" if pipeline is None else f"PIPELINE as a {type(pipeline).__name__}"
    return Mistake(folder.shown(DECLARATION), 1, f"the module has {received}; it must define PIPELINE = Pipeline(...)")


def _mistake(folder: PipelineFolder, error: Exception) -> Mistake:
    if isinstance(error, SyntaxError):
        path, line = Path(error.filename or ""), error.lineno or 1
        return Mistake(_shown(folder, path), line, f"Python cannot read it: {error.msg}")
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(folder.root)
    ]
    sentence = str(error) if isinstance(error, ContractError) else f"{type(error).__name__}: {error}"
    if not frames:
        return Mistake(folder.shown(DECLARATION), 1, sentence)
    path, line = Path(frames[-1].filename), frames[-1].lineno or 1
    if isinstance(error, ContractError):
        relative = path.relative_to(folder.root).as_posix()
        shown, line = _particular(folder, relative, line, sentence)
        return Mistake(shown, line, sentence)
    return Mistake(_shown(folder, path), line, sentence)


def _shown(folder: PipelineFolder, path: Path) -> str:
    return folder.shown(path.relative_to(folder.root).as_posix()) if path.is_relative_to(folder.root) else str(path)


def _particular(folder: PipelineFolder, path: str, line: int, sentence: str) -> tuple[str, int]:
    """The line of the value that a contract refuses, if the sentence names it, else the line of the refused call."""
    # What is allowed follows after the semicolon.
    words = re.findall(r"[\w./{}*?-]+", sentence.partition(";")[0])
    call = next(
        (
            node
            for node in ast.walk(folder.modules[path])
            if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or line)
        ),
        None,
    )
    texts = [
        node
        for node in ast.walk(call or ast.Module([], []))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    # The words of a contract go from the table to the part of it that is wrong.
    for word in reversed(words):
        lines = {node.lineno for node in texts if node.value == word}
        if len(lines) == 1:
            return folder.shown(path), lines.pop()
    return folder.shown(path), line
