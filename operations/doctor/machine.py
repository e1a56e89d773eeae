"""What the machine needs that builds the images: Docker, and an emulator for each other processor."""

import platform
import re
import subprocess
from collections.abc import Iterator, Sequence

from operations.doctor.obstacle import MACHINE, Obstacle
from operations.doctor.subject import Subject

_SECONDS = 60


def run(command: Sequence[str]) -> str | None:
    """Run a program and return its output; None when it is missing, fails or takes longer than a minute."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def machine_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle when Docker does not run, or cannot build for the processor of an image."""
    images = subject.assembly.images.values()
    if not images:
        return
    if subject.program(["docker", "info", "--format", "{{.ServerVersion}}"]) is None:
        yield Obstacle(
            stage=MACHINE,
            what="Docker does not run here",
            why=f"the deployment builds {len(images)} images before it creates a stack",
            remedy=["start Docker Desktop, or: sudo systemctl start docker    # https://docs.docker.com/get-docker/"],
        )
        return
    buildable = _platforms(subject)
    for needed in sorted({image.platform for image in images if image.platform} - buildable):
        names = ", ".join(sorted(image.name for image in images if image.platform == needed))
        processor = needed.partition("/")[2]
        yield Obstacle(
            stage=MACHINE,
            what=f"Docker cannot build for {needed}, the platform of the image {names}",
            why='the first RUN of the build ends with "exec format error"',
            remedy=[f"docker run --privileged --rm tonistiigi/binfmt --install {processor}    # an emulator, QEMU"],
        )


def _platforms(subject: Subject) -> set[str]:
    """Return the platforms that Docker builds for: those of buildx, or that of this machine without buildx."""
    text = subject.program(["docker", "buildx", "inspect", "--bootstrap"]) or ""
    found = re.search(r"^Platforms:\s*(.+)$", text, flags=re.MULTILINE)
    if found is None:
        machine = platform.machine().lower()
        return {f"linux/{'arm64' if machine in {'arm64', 'aarch64'} else 'amd64'}"}
    # A star marks platforms that the user chose.
    return {name.strip().rstrip("*") for name in found.group(1).split(",")}
