"""Containers as the template and the image define them, run as processes of this machine."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stacks.templates import Template, resources

_IMAGE = Path(__file__).parents[3] / "infra" / "tracking" / "image"
#: Where the image keeps its own files.
_HOME = "/opt/tracking"
_VARIABLE = re.compile(r"(\w+)=(\S+)")


@dataclass(frozen=True)
class Machine:
    """What Fargate and the network give a task: secrets by reference, one port, credentials for AWS."""

    secrets: Mapping[str, str]
    port: int
    bundle: Path
    database_port: int
    tmp: Path
    aws: Mapping[str, str]


@dataclass(frozen=True)
class Container:
    """The one container of a task definition."""

    template: Template
    definition: Mapping[str, Any]
    machine: Machine

    def run(self) -> subprocess.CompletedProcess[str]:
        """Run the command to its end, as a one-off task does."""
        return subprocess.run(self.command, env=self.environment, capture_output=True, text=True, check=False)

    def healthy(self) -> subprocess.CompletedProcess[str]:
        """Run the health check beside the server, as the agent of ECS does."""
        kind, *command = self.definition["HealthCheck"]["Command"]
        assert kind == "CMD"
        words = self._located(command)
        return subprocess.run(words, env=self.environment, capture_output=True, text=True, check=False)

    @property
    def command(self) -> list[str]:
        """The command, with the port that a container would have to itself replaced by a free one."""
        return self._located(self.definition["Command"])

    @property
    def environment(self) -> dict[str, str]:
        """The image's variables, the task's secrets, and nothing of this process."""
        assert "Environment" not in self.definition
        fixed = {name: value.replace(_HOME, str(_IMAGE)) for name, value in image_variables().items()}
        secret = {
            item["Name"]: self.machine.secrets[self._reference(item["ValueFrom"])]
            for item in self.definition["Secrets"]
        }
        own = {
            "PGSSLROOTCERT": str(self.machine.bundle),
            "PGPORT": str(self.machine.database_port),
            "HOME": str(self.machine.tmp),
            "TMPDIR": str(self.machine.tmp),
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        }
        return {**fixed, **secret, **own, **self.machine.aws}

    def _located(self, words: list[str]) -> list[str]:
        own = image_port()
        located = [re.sub(rf"\b{own}\b", str(self.machine.port), word) for word in words]
        program = shutil.which(located[0], path=str(Path(sys.executable).parent))
        assert program
        return [program, *located[1:]]

    def _reference(self, value: Any) -> str:
        """A secret's reference with every resource replaced by its name, or by its type where AWS names it."""
        if isinstance(value, str):
            return value
        if "Fn::Join" in value:
            return "".join(self._reference(part) for part in value["Fn::Join"][1])
        if "Ref" in value:
            properties = self.template["Resources"].get(value["Ref"], {}).get("Properties", {})
            return str(properties.get("Name", value["Ref"]))
        resource, attribute = value["Fn::GetAtt"]
        return f"{self.template['Resources'][resource]['Type']}.{attribute}"


def container(template: Template, family: str, machine: Machine) -> Container:
    """The container of the task definition of that family."""
    (task,) = [each for each in resources(template, "AWS::ECS::TaskDefinition") if each["Family"] == family]
    (definition,) = task["ContainerDefinitions"]
    return Container(template, definition, machine)


def image_variables() -> dict[str, str]:
    """The fixed variables: the Dockerfile's ENV."""
    text = (_IMAGE / "Dockerfile").read_text().replace("\\\n", " ")
    (line,) = re.findall(r"^ENV (.*)$", text, re.MULTILINE)
    return dict(_VARIABLE.findall(line))


def image_port() -> str:
    """The port the image exposes."""
    (port,) = re.findall(r"^EXPOSE (\d+)$", (_IMAGE / "Dockerfile").read_text(), re.MULTILINE)
    return str(port)
