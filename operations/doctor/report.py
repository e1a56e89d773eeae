"""The text that doctor prints."""

from collections.abc import Iterator, Sequence

from infra.config.platform_config import PlatformConfig
from operations.doctor.obstacle import Obstacle


def report_lines(config: PlatformConfig, obstacles: Sequence[Obstacle]) -> Iterator[str]:
    """Yield the lines of the report in the order of a deployment; none when nothing stands in the way."""
    if not obstacles:
        return
    count = f"{len(obstacles)} obstacle{'s' if len(obstacles) > 1 else ''}"
    yield f"{config.environment} in account {config.account}, {config.region}: {count}, in the order of a deployment"
    yield f"The commands expect the region in the shell: export AWS_REGION={config.region}"
    if any("service-quotas" in command for obstacle in obstacles for command in obstacle.remedy):
        yield "AWS takes minutes to days to raise a quota: request those at the end of the list first."
    stage = ""
    for number, obstacle in enumerate(obstacles, 1):
        if obstacle.stage != stage:
            stage = obstacle.stage
            yield ""
            yield f"== {stage}"
        yield ""
        yield f"{number:2}. {obstacle.what}"
        yield f"    why: {obstacle.why}"
        yield from (f"    {'do: ' if not line else '    '} {command}" for line, command in enumerate(obstacle.remedy))
    yield ""
    yield f"Run the commands from top to bottom, then `make doctor ENV={config.environment}` again."
