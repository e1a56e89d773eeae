"""An obstacle to a deployment, and the order in which a deployment meets obstacles."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.pipeline_scope import is_pipeline_stack

#: Where a deployment meets an obstacle, in order: before the stacks, each stack, and after them.
MACHINE, ACCOUNT, FIRST_RUN, OPERATION = "this machine", "account", "first run", "operation"
STACKS = (
    "keys", "network", "data", "tracking", "compute", "pipelines", "orchestration", "observability", "costs",
    "delivery",
)  # fmt: skip
STAGES = (MACHINE, ACCOUNT, *STACKS, FIRST_RUN, OPERATION)


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Something that stops a deployment or the first run of a DAG.

    `stage` is where it is met: a stack by its purpose, or one of the stages before and after them. `what` is the state
    that was found, `why` is what would happen, `remedy` are the commands that
    remove it or, where no command does, the step.
    """

    stage: str
    what: str
    why: str
    remedy: Sequence[str]

    def __post_init__(self) -> None:
        if _group(self.stage) not in STAGES:
            raise ValueError(f"stage of an obstacle: received {self.stage!r}; allowed is one of {list(STAGES)}")


def in_order(obstacles: Sequence[Obstacle]) -> list[Obstacle]:
    """Return the obstacles in the order in which a deployment meets them."""
    return sorted(obstacles, key=lambda obstacle: (STAGES.index(_group(obstacle.stage)), obstacle.stage))


def _group(stage: str) -> str:
    """Return the place of a stage in the order; the stacks of pipelines have one place."""
    return "pipelines" if is_pipeline_stack(stage) else stage
