"""The lines below a resource in a template summary: policy statements, security group rules, alarms, event rules."""

import json
from collections.abc import Iterator
from typing import Any

from checks.summaries.summary_text import Reader

Properties = dict[str, Any]

_COMPARISONS = {
    "GreaterThanOrEqualToThreshold": ">=",
    "GreaterThanThreshold": ">",
    "LessThanOrEqualToThreshold": "<=",
    "LessThanThreshold": "<",
}


def details(resource_type: str, properties: Properties, reader: Reader) -> Iterator[str]:
    """Yield the lines of one resource, most types have none; policy statements are found in every type."""
    match resource_type:
        case "AWS::CloudWatch::Alarm":
            yield _alarm(properties, reader)
        case "AWS::Events::Rule":
            yield _event_rule(properties, reader)
        case "AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress":
            yield _group_rule(resource_type.removeprefix("AWS::EC2::SecurityGroup").lower(), properties, reader)
        case "AWS::EC2::SecurityGroup":
            for key in ("SecurityGroupIngress", "SecurityGroupEgress"):
                for rule in properties.get(key, []):
                    yield _group_rule(key.removeprefix("SecurityGroup").lower(), rule, reader)
    yield from _statements(properties, reader)


def _alarm(properties: Properties, reader: Reader) -> str:
    """Name of metric, limit, periods, and what missing data means."""
    stats = [each["MetricStat"] for each in properties.get("Metrics", []) if "MetricStat" in each]
    metrics = [(stat["Metric"], stat["Stat"], stat["Period"]) for stat in stats]
    if "MetricName" in properties:
        metrics.append((properties, properties.get("Statistic", "?"), properties.get("Period", "?")))
    expressions = [each["Expression"] for each in properties.get("Metrics", []) if "Expression" in each]
    named = [
        f"{metric.get('Namespace', '?')} {metric['MetricName']} {statistic} of {period} s{_dimensions(metric, reader)}"
        for metric, statistic, period in metrics
    ]
    sign = _COMPARISONS.get(properties["ComparisonOperator"], properties["ComparisonOperator"])
    periods = properties["EvaluationPeriods"]
    return (
        f"alarm {'; '.join([*expressions, *named])} {sign} {properties.get('Threshold', '?')}"
        f" in {properties.get('DatapointsToAlarm', periods)} of {periods} periods,"
        f" missing data {properties.get('TreatMissingData', 'missing')}"
    )


def _dimensions(metric: Properties, reader: Reader) -> str:
    pairs = [f"{each['Name']}={reader.text(each['Value'])}" for each in metric.get("Dimensions", [])]
    return f" {{{', '.join(pairs)}}}" if pairs else ""


def _event_rule(properties: Properties, reader: Reader) -> str:
    trigger = properties.get("ScheduleExpression") or _compact(properties.get("EventPattern", {}), reader)
    targets = reader.texts([target["Arn"] for target in properties.get("Targets", [])])
    return f"{properties.get('State', 'ENABLED').lower()} on {reader.text(trigger)} to {targets}"


def _group_rule(direction: str, rule: Properties, reader: Reader) -> str:
    peers = [
        reader.text(rule[key])
        for key in sorted(rule)
        if key.startswith(("Cidr", "SourceSecurityGroupId", "SourcePrefix", "Destination"))
    ]
    group = f"{reader.text(rule['GroupId'])} " if "GroupId" in rule else ""
    ports = "-".join(dict.fromkeys(str(rule[key]) for key in ("FromPort", "ToPort") if key in rule)) or "all ports"
    peer = ", ".join(peers)
    return (
        f"{direction} {group}{rule['IpProtocol']} {ports} {'from' if direction == 'ingress' else 'to'} {peer}:"
        f" {rule.get('Description', 'no description')}"
    )


def _statements(value: object, reader: Reader, label: str = "") -> Iterator[str]:
    """One line per statement of every policy document below a value; `label` is the key that holds the document."""
    if isinstance(value, list):
        for item in value:
            yield from _statements(item, reader, label)
    elif isinstance(value, dict):
        statements = value.get("Statement")
        if isinstance(statements, list) and all("Effect" in statement for statement in statements):
            yield from (f"{label}: {_statement(statement, reader)}" for statement in statements)
        else:
            for key, item in value.items():
                yield from _statements(item, reader, key)


def _statement(statement: Properties, reader: Reader) -> str:
    text = statement["Effect"]
    for key, word in (("Action", ""), ("NotAction", "all but "), ("Resource", "on "), ("NotResource", "on all but ")):
        if key in statement:
            text += f" {word}{reader.texts(statement[key])}"
    for key, word in (("Principal", "for"), ("NotPrincipal", "for all but")):
        if key in statement:
            text += f" {word} {_compact(statement[key], reader)}"
    conditions = [
        f"{operator} {key}={reader.texts(value)}"
        for operator, entries in statement.get("Condition", {}).items()
        for key, value in entries.items()
    ]
    return f"{text} if {' and '.join(conditions)}" if conditions else text


def _compact(value: object, reader: Reader) -> str:
    """Render nested objects as `key=value` pairs."""
    match value:
        case {**entries} if len(entries) == 1 and next(iter(entries)) in {"Ref", "Fn::GetAtt", "Fn::Join"}:
            return reader.text(value)
        case {**entries}:
            return ", ".join(f"{key}={_nested(item, reader)}" for key, item in entries.items())
        case [single]:
            return _compact(single, reader)
        case [*items]:
            return f"[{', '.join(_compact(item, reader) for item in items)}]"
        case str():
            return reader.text(value)
        case _:
            return json.dumps(value)


def _nested(value: object, reader: Reader) -> str:
    text = _compact(value, reader)
    return f"({text})" if isinstance(value, dict) and text != reader.text(value) else text
