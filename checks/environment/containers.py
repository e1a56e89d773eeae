"""Containers against the images they run: processor, user and the permissions of writable volumes."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from checks.assembly import ASSEMBLY, Assembly, ImageAsset
from checks.environment.dockerfile import downloads, last_user, prepared_volumes
from checks.finding import Finding
from checks.permissions.policies import Template
from infra.config.emr_releases import is_graviton

IMAGE, PROCESSOR, USER, VOLUME = "ContainerImage", "ContainerProcessor", "ContainerUser", "ContainerVolume"
DOWNLOAD = "ImageDownload"
RULES = (DOWNLOAD, IMAGE, PROCESSOR, USER, VOLUME)

_PLATFORMS = {"ARM64": "linux/arm64", "X86_64": "linux/amd64"}
_ROOT = {"", "0", "root"}
_TAG = re.compile(r":((?:[a-z0-9-]+-)?[0-9a-f]{64})$")


def container_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield the tasks and jobs that their image would not let run, and images without a user of their own."""
    for image in assembly.images.values():
        if image.platform is None:
            yield Finding(
                ASSEMBLY, PROCESSOR, image.name, "the image must name its platform, or the builder chooses it"
            )
        for instruction in downloads(image.dockerfile):
            what = f"{instruction.split()[0]} downloads; a changed or missing file stops every build, so keep it here"
            yield Finding(ASSEMBLY, DOWNLOAD, image.name, what)
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            where, properties = f"{stack}/{logical_id}", resource.get("Properties", {})
            if resource["Type"] == "AWS::ECS::TaskDefinition":
                yield from _task(where, properties, assembly.images)
            elif resource["Type"] == "AWS::MWAA::Environment":
                yield from _jobs(where, properties.get("AirflowConfigurationOptions", {}), assembly.images)


def _task(where: str, task: Mapping[str, Any], images: Mapping[str, ImageAsset]) -> Iterator[Finding]:
    platform = _PLATFORMS[task.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")]
    for container in task["ContainerDefinitions"]:
        place = f"{where}/{container['Name']}"
        image = _image(container["Image"], images)
        if image is None:
            yield Finding(ASSEMBLY, IMAGE, place, "the image must be one that the deployment builds")
            continue
        if image.platform != platform:
            yield Finding(ASSEMBLY, PROCESSOR, place, f"the task runs {platform}, its image is {image.platform}")
        user = container.get("User", last_user(image.dockerfile)).partition(":")[0]
        if _ROOT & {user, last_user(image.dockerfile)}:
            yield Finding(ASSEMBLY, USER, place, "neither the task nor its image may run as root")
        yield from _volumes(place, container, image)


def _volumes(place: str, container: Mapping[str, Any], image: ImageAsset) -> Iterator[Finding]:
    """Yield the writable mounts that a user other than root could not write to.

    Fargate mounts an empty volume with mode 0755 and owner root, unless the image declares the path as VOLUME: then
    the volume gets the permissions of the path (ECS developer guide, "Use bind mounts", read 2026-11-29;
    aws/containers-roadmap#938).
    """
    prepared = prepared_volumes(image.dockerfile)
    for mount in container.get("MountPoints", ()):
        path = mount["ContainerPath"]
        if not mount.get("ReadOnly") and path not in prepared:
            what = (
                f"{path} must be a VOLUME of the image after a RUN that sets its permissions; Fargate's are root 0755"
            )
            yield Finding(ASSEMBLY, VOLUME, place, what)


def _jobs(where: str, options: Mapping[str, Any], images: Mapping[str, ImageAsset]) -> Iterator[Finding]:
    """Yield the images of SageMaker jobs that do not fit the instance types of the same settings.

    SageMaker expects containers to run as root (developer guide, "Use Your Own Inference Code", read 2026-11-24).
    """
    values = {name: value for name, value in options.items() if isinstance(value, str)}
    types = {value for name, value in values.items() if name.endswith("instance_type")}
    platforms = {_PLATFORMS["ARM64" if is_graviton(name.removeprefix("ml.")) else "X86_64"] for name in types}
    for name, value in values.items():
        # AWS's own images, such as the one of SageMaker's Spark, have other tags.
        if name.endswith("_image") and _TAG.search(value):
            yield from _job(f"{where}/{name}", _image(value, images), platforms)


def _job(where: str, image: ImageAsset | None, platforms: Collection[str]) -> Iterator[Finding]:
    if image is None:
        yield Finding(ASSEMBLY, IMAGE, where, "the image must be one that the deployment builds")
        return
    if set(platforms) != {image.platform}:
        what = f"the instance types of jobs run {', '.join(sorted(platforms))}, the image is {image.platform}"
        yield Finding(ASSEMBLY, PROCESSOR, where, what)
    if last_user(image.dockerfile) not in _ROOT:
        yield Finding(ASSEMBLY, USER, where, "SageMaker expects containers to run as root")


def _image(reference: Any, images: Mapping[str, ImageAsset]) -> ImageAsset | None:
    text: Template | str = reference.get("Fn::Sub", "") if isinstance(reference, dict) else reference
    tag = _TAG.search(str(text))
    return images.get(tag[1]) if tag else None
