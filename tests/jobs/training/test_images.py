import json
import re
import tomllib
from pathlib import Path

import pytest

from jobs.contracts.training import TRIAL_COMMAND

ROOT = Path(__file__).parents[3]
IMAGES = ("training", "serving")


def dockerfile(image: str) -> str:
    return (ROOT / "jobs" / image / "Dockerfile").read_text()


def entrypoint(image: str) -> list[str]:
    (words,) = re.findall(r"^ENTRYPOINT (\[.*\])$", dockerfile(image), re.MULTILINE)
    command: list[str] = json.loads(words)
    return command


def test_a_tuning_job_starts_trials_by_the_image_itself() -> None:
    assert entrypoint("training") == list(TRIAL_COMMAND)


@pytest.mark.parametrize("image", IMAGES)
def test_what_an_image_starts_and_copies_exists(image: str) -> None:
    module = entrypoint(image)[-1]
    assert (ROOT / f"{module.replace('.', '/')}.py").is_file()
    for source in re.findall(r"^COPY (\S+) ", dockerfile(image), re.MULTILINE):
        assert (ROOT / source).exists()


@pytest.mark.parametrize("image", IMAGES)
def test_requirements_are_locked_hashed_and_name_no_host(image: str) -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    locked = {(package["name"], package["version"]) for package in lock["package"] if "version" in package}
    text = (ROOT / "jobs" / image / "requirements.txt").read_text()
    pins = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)(.*)", text.replace("\\\n", " "), re.MULTILINE)
    assert pins
    assert [pin for pin in pins if (pin[0], pin[1]) not in locked] == []
    assert all("--hash=sha256:" in rest for _, _, rest in pins)
    assert "://" not in text


def test_the_serving_image_holds_no_training_library() -> None:
    text = (ROOT / "jobs" / "serving" / "requirements.txt").read_text()
    assert not re.findall(r"^(xgboost|mlflow|scikit-learn|pandas|boto3)", text, re.MULTILINE)
