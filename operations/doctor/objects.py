"""Objects that an operator uploads before a stack or a job needs them."""

from collections.abc import Iterator

from infra.first_objects import DATA_STACK, first_objects
from operations.deployment import exists
from operations.doctor.obstacle import FIRST_RUN, Obstacle
from operations.doctor.subject import Subject


def object_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for each object of infra/first_objects.py that does not exist."""
    creates_bucket = (
        f'make deploy ENV={subject.config.environment} OPTIONS="--only {DATA_STACK}"    # creates the bucket'
    )
    for wanted in first_objects(subject.config):
        if not exists(subject.client("s3"), wanted):
            yield Obstacle(
                stage=wanted.stack or FIRST_RUN,
                what=f"{wanted.uri} does not exist",
                why=f"{wanted.needed_by} cannot start without it",
                remedy=[*([] if subject.exists(DATA_STACK) else [creates_bucket]), *wanted.commands],
            )
