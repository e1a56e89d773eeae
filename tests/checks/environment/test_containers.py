from dataclasses import replace
from typing import Any

import pytest

from checks.assembly import Assembly, ImageAsset
from checks.environment.containers import container_findings
from checks.environment.dockerfile import instructions, last_user, prepared_volumes
from infra.environments import PROD

TAG, JOB = "a" * 64, "b" * 64
DOCKERFILE = """FROM base
# VOLUME ["/data"]
RUN useradd app \\
    && chmod 1777 /tmp
VOLUME ["/tmp"]
USER 1000"""
IMAGE = ImageAsset(name="Server/Image", platform="linux/arm64", dockerfile=DOCKERFILE)
JOB_IMAGE = ImageAsset(name="Job/Image", platform="linux/amd64", dockerfile="FROM base")
OPTIONS = {"platform.job_image": f"registry/assets:{JOB}", "platform.job_instance_type": "ml.m5.large"}


def rules(
    image: ImageAsset = IMAGE, options: dict[str, str] = OPTIONS, job: ImageAsset = JOB_IMAGE, **container: Any
) -> list[str]:
    """The rules that a task of this image, and a job with these settings, violate."""
    mounts = [{"ContainerPath": "/tmp", "SourceVolume": "tmp", "ReadOnly": False}]
    definition = {
        "Name": "server", "Image": {"Fn::Sub": f"registry/assets:{TAG}"}, "User": "1000", "MountPoints": mounts
    } | container  # fmt: skip
    task = {"RuntimePlatform": {"CpuArchitecture": "ARM64"}, "ContainerDefinitions": [definition]}
    template = {
        "Resources": {
            "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": task},
            "Airflow": {"Type": "AWS::MWAA::Environment", "Properties": {"AirflowConfigurationOptions": options}},
        }
    }
    assembly = Assembly(config=PROD, templates={"any": template}, images={TAG: image, JOB: job})
    return sorted({finding.rule for finding in container_findings(assembly)})


def test_instructions_are_read_with_continued_lines_and_without_comments() -> None:
    assert list(instructions(DOCKERFILE)) == [
        ("FROM", "base"),
        ("RUN", "useradd app      && chmod 1777 /tmp"),
        ("VOLUME", '["/tmp"]'),
        ("USER", "1000"),
    ]
    assert (last_user(DOCKERFILE), last_user("FROM base"), last_user("USER app:app")) == ("1000", "root", "app")


@pytest.mark.parametrize(
    ("dockerfile", "paths"),
    [
        (DOCKERFILE, {"/tmp"}),
        ("RUN install -d -o app /data /logs\nVOLUME /data /logs", {"/data", "/logs"}),
        ("VOLUME /data\nRUN chown app /data", set()),
        ("RUN chown app /data/child\nVOLUME /data", set()),
    ],
)
def test_a_volume_counts_when_its_permissions_are_set_before_it(dockerfile: str, paths: set[str]) -> None:
    assert prepared_volumes(dockerfile) == paths


def test_tasks_and_jobs_that_fit_their_images_have_no_findings() -> None:
    assert rules() == []
    assert rules(options={**OPTIONS, "platform.spark_image": "registry/sagemaker-spark:3.5"}) == []
    assert rules(MountPoints=[{"ContainerPath": "/data", "SourceVolume": "data", "ReadOnly": True}]) == []


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("ContainerVolume", {"image": replace(IMAGE, dockerfile="FROM base\nUSER 1000")}),
        ("ContainerVolume", {"MountPoints": [{"ContainerPath": "/data", "SourceVolume": "data"}]}),
        ("ContainerProcessor", {"image": replace(IMAGE, platform="linux/amd64")}),
        ("ContainerProcessor", {"image": replace(IMAGE, platform=None)}),
        ("ContainerProcessor", {"job": replace(JOB_IMAGE, platform="linux/arm64")}),
        ("ContainerProcessor", {"options": {**OPTIONS, "platform.job_instance_type": "ml.m7g.large"}}),
        ("ContainerUser", {"User": "0:0"}),
        ("ContainerUser", {"image": replace(IMAGE, dockerfile=f"{DOCKERFILE}\nUSER root")}),
        ("ContainerUser", {"job": replace(JOB_IMAGE, dockerfile=DOCKERFILE)}),
        ("ImageDownload", {"image": replace(IMAGE, dockerfile=f"{DOCKERFILE}\nADD https://a.example/b /b")}),
        ("ImageDownload", {"image": replace(IMAGE, dockerfile=f"{DOCKERFILE}\nRUN curl -O https://a.example/b")}),
        ("ContainerImage", {"Image": "docker.io/library/postgres:17"}),
        ("ContainerImage", {"options": {**OPTIONS, "platform.job_image": f"registry/assets:{'c' * 64}"}}),
    ],
)
def test_what_the_image_would_not_let_run_is_found(rule: str, change: dict[str, Any]) -> None:
    assert rules(**change) == [rule]
