"""The partitions of a run: what its parameters name, or else what follows from its date by the pipeline's schedule."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jobs.contracts.pipeline import Pipeline
from jobs.contracts.splits import require_order

#: The key under which the event of a data DAG carries the newest partition that it loaded.
NEWEST = "newest"

Parameters = Mapping[str, str]
#: The events that triggered a run, by asset, as Airflow passes them to tasks.
Events = Mapping[Any, Iterable[Any]]


@dataclass(frozen=True)
class RunPartitions:
    """The partitions of each kind of DAG; a parameter of the run that is not empty takes the place of the rule.

    The methods raise ContractError for partitions that do not exist, that are reversed, and for splits that overlap.
    """

    pipeline: Pipeline

    def loaded(self, params: Parameters, run: Any, _: Events) -> dict[str, str]:
        """The first and the last partition that a run of the data DAG takes in."""
        partitions, schedule = self.pipeline.partitions, self.pipeline.schedule
        last = params["last"] or schedule.newest(partitions, _date(run))
        first = params["first"] or schedule.loaded(partitions, partitions.parse(last)).first
        span = partitions.span(f"{first}:{last}")
        return {"first": span.first, "last": span.last}

    def splits(self, params: Parameters, run: Any, events: Events) -> dict[str, str]:
        """The partitions of each split in a run of the training DAG, counted back from the newest with labels."""
        partitions = self.pipeline.partitions
        labelled = partitions.shift(self._newest(run, events), -self.pipeline.model.label_delay)
        rule = self.pipeline.splits.spans(partitions, labelled)
        spans = {split: partitions.span(params[split]) if params[split] else span for split, span in rule.items()}
        require_order(spans)
        return {split: str(span) for split, span in spans.items()}

    def scored(self, params: Parameters, run: Any, events: Events) -> dict[str, str]:
        """The partition that a run of the scoring DAG predicts."""
        return {"score": self.pipeline.partitions.parse(params["score"] or self._newest(run, events))}

    def _newest(self, run: Any, events: Events) -> str:
        """The newest partition that triggered the run, or else that of the run's date."""
        return max(_announced(events), default="") or self.pipeline.schedule.newest(
            self.pipeline.partitions, _date(run)
        )


def _announced(events: Events) -> Iterator[str]:
    """The partitions in the events; a person can create an event without one in Airflow's pages."""
    for of_asset in events.values():
        yield from (event.extra[NEWEST] for event in of_asset if event.extra.get(NEWEST))


def _date(run: Any) -> Any:
    """The date of a run: runs that an event or a person started have no logical date."""
    return run.logical_date or run.run_after
