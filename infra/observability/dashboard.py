"""One dashboard per environment: every symptom, and how much work is done."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.names import PlatformNames
from infra.observability.alarms import Symptom

_COLUMNS = 3


class PlatformDashboard(Construct):
    """The alarms' states above, each symptom's metric with its threshold below."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        symptoms: Sequence[Symptom],
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, construct_id)
        dashboard = cloudwatch.Dashboard(self, "Resource", dashboard_name=names.prefix)
        states = cloudwatch.AlarmStatusWidget(title=f"{names.prefix}: alarms", alarms=list(alarms), width=24, height=3)
        dashboard.add_widgets(states)
        graphs = [_graph(symptom) for symptom in symptoms]
        for first in range(0, len(graphs), _COLUMNS):
            dashboard.add_widgets(*graphs[first : first + _COLUMNS])


def _graph(symptom: Symptom) -> cloudwatch.GraphWidget:
    limits = [limit for limit in (symptom.at_least, symptom.below) if limit is not None]
    return cloudwatch.GraphWidget(
        title=symptom.heading,
        left=[symptom.metric],
        left_annotations=[cloudwatch.HorizontalAnnotation(value=limit, label="alarm") for limit in limits],
        width=24 // _COLUMNS,
    )
