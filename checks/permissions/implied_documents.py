"""The documents of an environment that may require actions: its resources, and the requests in Airflow's settings."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.permissions.iam_decision import Statements
from checks.permissions.policies import Template
from checks.template_values import Values
from infra.names import PlatformNames


@dataclass(frozen=True, kw_only=True)
class Document:
    """The properties of a resource, or the parameters of a request, with intrinsic functions as text."""

    kind: str
    where: str
    content: Mapping[str, Any]


def documents_of(templates: Mapping[str, Template], names: PlatformNames) -> Iterator[Document]:
    """Yield every resource, and every request that DAGs send as the template states it."""
    for stack, template in templates.items():
        values = Values(template, region=names.region, account=names.account)
        for logical_id, resource in template["Resources"].items():
            where = f"{stack}/{logical_id}"
            content = values.resolved(resource.get("Properties", {}))
            yield Document(kind=resource["Type"], where=where, content=content)
            if resource["Type"] == "AWS::MWAA::Environment":
                yield from _requests(where, content.get("AirflowConfigurationOptions", {}))


def _requests(where: str, options: Mapping[str, str]) -> Iterator[Document]:
    """Yield the settings of all jobs, such as their network and key, and the request of the cluster that DAGs start."""
    settings = {key.removeprefix("platform."): value for key, value in options.items() if key.startswith("platform.")}
    yield Document(kind="JobSettings", where=where, content=settings)
    if settings.get("emr_mode") == "transient":
        request = json.loads(settings["emr_job_flow"])
        tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
        yield Document(kind="RunJobFlow", where=where, content={**request, **tags})


def key_policies(templates: Mapping[str, Template], names: PlatformNames) -> dict[str, Statements]:
    """Return the statements of each key's policy by the placeholder under which other stacks know the key."""
    policies: dict[str, Statements] = {}
    for template in templates.values():
        values = Values(template, region=names.region, account=names.account)
        keys = {
            f"{{{logical_id}.Arn}}": values.resolved(resource["Properties"]["KeyPolicy"])["Statement"]
            for logical_id, resource in template["Resources"].items()
            if resource["Type"] == "AWS::KMS::Key"
        }
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::SSM::Parameter":
                published = values.text(resource["Properties"]["Value"])
                if published in keys:
                    policies[f"{{{resource['Properties']['Name']}}}"] = keys[published]
    return policies
