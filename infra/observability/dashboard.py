"""The CloudWatch dashboard of an environment."""

from collections.abc import Iterable, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.names import PlatformNames
from infra.observability.runbook import Runbook
from infra.observability.section import Graph, MetricAlarm, Section

_WIDTH = 24
_COLUMNS = 4
_GRAPH_HEIGHT = 5

_FIRST_AID = """## {prefix}: what now?
1. A red box on the left is an alarm. Its name is a heading of the [runbook]({runbook}): what it means, where to look, \
what to do.
2. Several at once: MLflow's database before MLflow, MLflow before Airflow, Airflow before jobs.
3. Nothing red but work is missing: {scheduler}, then {missing}.
4. Logs: CloudWatch Logs Insights, saved queries, folder `{prefix}`.
5. Every job can be run again: clear its task in Airflow."""


class PlatformDashboard(Construct):
    """Alarm states and first steps, then one headline number per section, then the graphs of each section."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        runbook: Runbook,
        sections: Sequence[Section],
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, construct_id)
        dashboard = cloudwatch.Dashboard(self, "Resource", dashboard_name=names.prefix)
        by_state = cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP
        states = cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=16, height=9, sort_by=by_state)
        dashboard.add_widgets(states, _first_aid(names, runbook))
        dashboard.add_widgets(*_headline_numbers(sections))
        for section in sections:
            dashboard.add_widgets(_heading(section, runbook))
            for row in _rows(section.graphs):
                dashboard.add_widgets(*(_graph(section, graph) for graph in row))


def _first_aid(names: PlatformNames, runbook: Runbook) -> cloudwatch.TextWidget:
    text = _FIRST_AID.format(
        prefix=names.prefix,
        runbook=runbook.location,
        scheduler=_linked(runbook, "airflow-scheduler-silent"),
        missing=_linked(runbook, "airflow-dags-missing"),
    )
    return cloudwatch.TextWidget(markdown=text, width=8, height=9)


def _headline_numbers(sections: Sequence[Section]) -> Iterable[cloudwatch.IWidget]:
    return [
        cloudwatch.SingleValueWidget(
            title=section.title, metrics=[section.headline], width=_WIDTH // len(sections), height=3, sparkline=True
        )
        for section in sections
    ]


def _heading(section: Section, runbook: Runbook) -> cloudwatch.TextWidget:
    headings = " · ".join(_linked(runbook, alarm.heading) for alarm in section.alarms)
    return cloudwatch.TextWidget(markdown=f"## {section.title}\n{headings}".rstrip(), width=_WIDTH, height=2)


def _linked(runbook: Runbook, heading: str) -> str:
    return f"[{heading}]({runbook.link(heading)})"


def _rows(graphs: Sequence[Graph]) -> Iterable[Sequence[Graph]]:
    return [graphs[first : first + _COLUMNS] for first in range(0, len(graphs), _COLUMNS)]


def _graph(section: Section, graph: Graph) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=graph.title,
        left=list(graph.left),
        right=list(graph.right),
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        right_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        left_annotations=[_limit(section.alarm(heading)) for heading in graph.limits],
        width=_WIDTH // _COLUMNS,
        height=_GRAPH_HEIGHT,
    )


def _limit(alarm: MetricAlarm) -> cloudwatch.HorizontalAnnotation:
    return cloudwatch.HorizontalAnnotation(value=alarm.threshold, label=alarm.heading, color=cloudwatch.Color.RED)
