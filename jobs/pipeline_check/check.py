"""The static check of pipelines: every mistake that can be seen without data, Spark or AWS, with its file and line."""

from collections.abc import Iterable

from jobs.contracts.pipeline import Pipeline, load_pipelines, pipeline_names, require_distinct
from jobs.contracts.tables import ContractError
from jobs.pipeline_check.feature_checks import check_features
from jobs.pipeline_check.folder import DECLARATION, PipelineFolder
from jobs.pipeline_check.functions import function_mistakes
from jobs.pipeline_check.imports import import_mistakes
from jobs.pipeline_check.loading import load_declaration
from jobs.pipeline_check.mistake import Found, Mistake
from jobs.pipeline_check.name_checks import check_names
from jobs.pipeline_check.rule_checks import check_rules
from jobs.pipeline_check.schedule_checks import check_schedule
from jobs.pipeline_check.table_checks import check_tables

_CHECKS = (check_tables, check_rules, check_features, check_names, check_schedule)


def check_pipeline(name: str) -> list[Mistake]:
    """Every mistake in the folder of a pipeline; raises ContractError if there is no such folder."""
    if name not in pipeline_names():
        raise ContractError(f"unknown pipeline {name!r}; pipelines are {list(pipeline_names())}")
    folder = PipelineFolder.of(name)
    mistakes = [*folder.syntax_errors, *function_mistakes(folder)]
    wrong_imports = import_mistakes(folder)
    mistakes += wrong_imports
    if DECLARATION not in folder.sources:
        mistakes.append(Mistake(folder.shown(DECLARATION), 1, "the file is missing; it must define PIPELINE"))
    elif not folder.syntax_errors and not wrong_imports:
        mistakes += _declaration_mistakes(folder)
    return sorted(set(mistakes))


def require_checked(names: Iterable[str]) -> None:
    """Raise ContractError with all mistakes of these pipelines, one a line."""
    mistakes = [str(mistake) for name in names for mistake in check_pipeline(name)]
    if mistakes:
        count = f"{len(mistakes)} mistakes" if len(mistakes) > 1 else "1 mistake"
        raise ContractError("\n  ".join([f"{count} in the declared pipelines:", *mistakes]))


def checked_pipelines() -> tuple[Pipeline, ...]:
    """All pipelines of the repository; raises ContractError with all mistakes of all of them."""
    require_checked(pipeline_names())
    return load_pipelines()


def _declaration_mistakes(folder: PipelineFolder) -> list[Mistake]:
    loaded = load_declaration(folder)
    if isinstance(loaded, Mistake):
        return [loaded]
    found = [each for check in _CHECKS for each in check(loaded)]
    if loaded.name != folder.name:
        found.append(
            Found(
                f"the pipeline is named {loaded.name!r}; allowed is {folder.name!r}, the name of its folder",
                (loaded.name,),
                "Pipeline",
            )
        )
    found += _collisions(loaded, folder)
    return [Mistake(*folder.place(*each.names, call=each.call), each.sentence) for each in found]


def _collisions(pipeline: Pipeline, folder: PipelineFolder) -> Iterable[Found]:
    """Names of resources that another pipeline has too; another pipeline that cannot be loaded has its own check."""
    for name in pipeline_names():
        if name == folder.name:
            continue
        other = PipelineFolder.of(name)
        if other.syntax_errors or import_mistakes(other):
            continue
        loaded = load_declaration(other)
        if isinstance(loaded, Pipeline):
            try:
                require_distinct((loaded, pipeline))
            except ContractError as error:
                yield Found(str(error), (pipeline.name,), "Pipeline")
