"""Alarms that can work: their metrics exist in the environment's Airflow, and their emitters are deployed first."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from checks.permissions.policies import Template

METRIC, DIMENSIONS = "AirflowMetric", "AirflowDimensions"
SILENCE, GROUP = "SilentMetric", "CountedLogGroup"
RULES = (METRIC, DIMENSIONS, SILENCE, GROUP)

_AIRFLOW = "AmazonMWAA"
#: The type of resource that emits the metrics of a namespace without interruption.
_EMITTERS = {
    _AIRFLOW: "AWS::MWAA::Environment",
    "AWS/MWAA": "AWS::MWAA::Environment",
    "AWS/ApplicationELB": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS/RDS": "AWS::RDS::DBInstance",
}
_SHOWN = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard")
#: A metric in the body of a dashboard, in a Metrics Insights query and in a search.
_SHOWN_METRIC = re.compile(r'"(?P<namespace>[\w/]+)",\s*"(?P<name>\w+)"(?P<pairs>(?:,\s*"[^"]*")*)')
_QUERIED = re.compile(r'\((?P<name>\w+)\) FROM SCHEMA\("(?P<namespace>[\w/]+)"(?P<names>[^)]*)\)')
_SEARCHED = re.compile(r'"(?P<namespace>[\w/]+)"(?P<names>[^}]*)\} MetricName="(?P<name>\w+)"')


@dataclass(frozen=True)
class _Metric:
    """A metric with the values of its dimensions, which are empty in a query."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


def alarm_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield alarms and graphs of metrics that do not exist, and alarms and filters that are created too early."""
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            where, properties = f"{stack}/{logical_id}", resource.get("Properties", {})
            if resource["Type"] in _SHOWN:
                yield from _absent(assembly, where, properties)
            if properties.get("TreatMissingData") == "breaching":
                yield from _early_alarm(assembly, stack, where, properties)
            if resource["Type"] == "AWS::Logs::MetricFilter":
                yield from _early_filter(assembly, stack, where, properties)


@cache
def airflow_metrics() -> dict[str, dict[str, Any]]:
    """Return the rows of `airflow_metrics.toml` by their name in CloudWatch."""
    return tomllib.loads(Path(__file__).with_name("airflow_metrics.toml").read_text())


def _absent(assembly: Assembly, where: str, properties: Template) -> Iterator[Finding]:
    version = assembly.config.airflow.version
    for metric in dict.fromkeys(_metrics(properties)):
        row = airflow_metrics().get(metric.name, {})
        if metric.namespace != _AIRFLOW:
            continue
        if version not in row.get("versions", ()):
            allowed = "allowed are those of checks/environment/airflow_metrics.toml"
            what = f"Airflow {version} does not emit {metric.name}; {allowed}"
            yield Finding(ASSEMBLY, METRIC, where, what)
        elif not _fit(metric, row["dimensions"]):
            what = f"{metric.name} has the dimensions {row['dimensions']} and Environment, not {metric.dimensions}"
            yield Finding(ASSEMBLY, DIMENSIONS, where, what)


def _fit(metric: _Metric, dimensions: Mapping[str, str]) -> bool:
    """Whether the dimensions are those that MWAA publishes; `*` stands for any value."""
    found = dict(metric.dimensions)
    values = ((found.get(name), value) for name, value in dimensions.items())
    return found.keys() == {"Environment", *dimensions} and all(
        given in ("", value) or value == "*" for given, value in values
    )


def _early_alarm(assembly: Assembly, stack: str, where: str, properties: Template) -> Iterator[Finding]:
    for namespace in sorted({metric.namespace for metric in _metrics(properties)}):
        wanted = _EMITTERS.get(namespace)
        emitters = {name for name, each in assembly.templates.items() if wanted in _types(each)}
        late = emitters - {stack, *assembly.dependencies.get(stack, ())}
        if late or not emitters:
            needed = f"stack {', '.join(sorted(late))}" if late else f"a known emitter of {namespace}"
            what = f"missing data raises this alarm, so its stack must depend on {needed}"
            yield Finding(ASSEMBLY, SILENCE, where, what)


def _early_filter(assembly: Assembly, stack: str, where: str, properties: Template) -> Iterator[Finding]:
    group = properties["LogGroupName"]
    if isinstance(group, dict) and "Ref" in group:
        return
    creators = {
        name
        for name, template in assembly.templates.items()
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Logs::LogGroup" and resource["Properties"].get("LogGroupName") == group
    }
    if not creators & {stack, *assembly.dependencies.get(stack, ())}:
        found = f"stack {', '.join(sorted(creators))}" if creators else "a stack that creates it"
        yield Finding(ASSEMBLY, GROUP, where, f"log group {group} must exist: the stack must depend on {found}")


def _types(template: Template) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


def _metrics(value: Any) -> Iterator[_Metric]:
    """Yield every metric in the properties of an alarm or dashboard."""
    if isinstance(value, dict):
        if {"Namespace", "MetricName"} <= value.keys():
            pairs = tuple((each["Name"], str(each["Value"])) for each in value.get("Dimensions", ()))
            yield _Metric(value["Namespace"], value["MetricName"], pairs)
        if isinstance(value.get("Fn::Join"), list):
            value = "".join(part for part in value["Fn::Join"][1] if isinstance(part, str))
        else:
            value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _metrics(item)
    elif isinstance(value, str):
        yield from _written(value.replace('\\"', '"'))


def _written(text: str) -> Iterator[_Metric]:
    for match in _SHOWN_METRIC.finditer(text):
        words = re.findall(r'"([^"]*)"', match["pairs"])
        yield _Metric(match["namespace"], match["name"], tuple(zip(words[::2], words[1::2], strict=False)))
    for pattern in (_QUERIED, _SEARCHED):
        for match in pattern.finditer(text):
            names = tuple((name, "") for name in re.findall(r"\w+", match["names"]))
            yield _Metric(match["namespace"], match["name"], names)
