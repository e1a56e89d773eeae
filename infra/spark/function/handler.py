"""Terminates clusters that wait without steps, such as those of a DAG run that ended without its teardown task.

Where a cluster cannot reach the internet, EMR's own auto-termination does not work (EMR management guide, "Using an
auto-termination policy"): its metrics collector must connect to a public endpoint of API Gateway. This function needs
the EMR API only.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

#: A step in one of these states keeps its cluster; EMR reports the state of a cluster with a delay.
_ACTIVE = {"PENDING", "RUNNING", "CANCEL_PENDING"}


class IdleClusterError(RuntimeError):
    """Clusters that could not be looked at or terminated; the message has each with its reason."""


def handle(event: Mapping[str, Any], context: Any) -> list[str]:  # noqa: ARG001 - the signature of Lambda
    """Terminate the environment's idle clusters and return their ids."""
    idle = timedelta(minutes=int(os.environ["IDLE_MINUTES"]))
    return end_idle_clusters(boto3.client("emr"), json.loads(os.environ["TAGS"]), idle, datetime.now(UTC))


def end_idle_clusters(emr: Any, tags: Mapping[str, str], idle: timedelta, now: datetime) -> list[str]:
    """Terminate every cluster with these tags that has been idle for so long; returns the ids.

    Raises IdleClusterError after the last cluster if a call has failed for any of them.
    """
    ended, failures = [], []
    for cluster_id in _waiting(emr):
        try:
            if _is_forgotten(emr, cluster_id, tags, now - idle):
                emr.terminate_job_flows(JobFlowIds=[cluster_id])
                ended.append(cluster_id)
        except (BotoCoreError, ClientError) as error:
            failures.append(f"{cluster_id}: {error}")
    print(json.dumps({"terminated": ended, "failures": failures}))
    if failures:
        raise IdleClusterError(f"{len(failures)} clusters may continue to incur costs: {'; '.join(failures)}")
    return ended


def _waiting(emr: Any) -> Iterator[str]:
    for page in emr.get_paginator("list_clusters").paginate(ClusterStates=["WAITING"]):
        yield from (cluster["Id"] for cluster in page["Clusters"])


def _is_forgotten(emr: Any, cluster_id: str, tags: Mapping[str, str], since: datetime) -> bool:
    cluster = emr.describe_cluster(ClusterId=cluster_id)["Cluster"]
    own = {tag["Key"]: tag["Value"] for tag in cluster["Tags"]}
    if not tags.items() <= own.items() or cluster["Status"]["State"] != "WAITING":
        return False
    timeline = cluster["Status"]["Timeline"]
    last = timeline.get("ReadyDateTime", timeline["CreationDateTime"])
    for page in emr.get_paginator("list_steps").paginate(ClusterId=cluster_id):
        for status in (step["Status"] for step in page["Steps"]):
            if status["State"] in _ACTIVE:
                return False
            last = max(last, status["Timeline"].get("EndDateTime", last))
    return bool(last <= since)
