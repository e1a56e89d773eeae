"""What the check found in a pipeline without mistakes, in a few lines."""

from collections.abc import Iterable

from jobs.contracts.goals import Goal
from jobs.contracts.pipeline import Pipeline
from jobs.pipeline_check.schedule_checks import next_run


def summary(pipeline: Pipeline) -> dict[str, str]:
    """Tables, features, goals, splits of the next run and schedule, each as one line of text by its title."""
    model, schedule = pipeline.model, pipeline.schedule
    starts = {"data": schedule.data, "training": schedule.training, "scoring": schedule.scoring}
    return {
        "question": pipeline.description,
        "partitions": f"{pipeline.partitions.grain}s in {pipeline.partitions.time_zone}",
        "sources": _listed(source.name for source in pipeline.sources),
        "cleansed": _listed(table.name for table in pipeline.cleansed),
        "features": f"{len(model.numeric)} numeric and {len(model.categorical)} categorical of "
        f"{_listed(group.name for group in pipeline.feature_groups)}",
        "model": f"{model.problem} model of {model.label}, tuned by {model.objective_metric.title}",
        "goals": _listed(map(_goal, pipeline.goals.goals)) or "none",
        "next run": "; ".join(f"{what} {span}" for what, span in next_run(pipeline).items()),
        "schedule": _listed(f"{dag} {cron or 'after data'}" for dag, cron in starts.items()),
    }


def _goal(goal: Goal) -> str:
    if goal.baseline is not None:
        limit = f"{goal.improvement:.0%} better than {goal.baseline}"
    else:
        limit = f"at least {goal.minimum}" if goal.minimum is not None else f"at most {goal.maximum}"
    return f"{goal.metric} {limit}" + (f" for each {' and '.join(goal.slices)}" if goal.slices else "")


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts)
