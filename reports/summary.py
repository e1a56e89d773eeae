"""Collect the summary of a run from job reports, evaluation, registries, job records and DAG events."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from common.paths import StatePaths
from jobs.contracts.access import Folder
from jobs.contracts.pipeline import load_pipeline
from jobs.contracts.tables import TABLE_ZONES, Zone
from jobs.contracts.training import CHAMPION
from local.endpoints import Endpoints
from local.executors.jobs import Job
from local.failure import Failure
from local.run_plan import SCORING, TRAINING, RunPlan
from local.services.dag_process import Event
from reports import durations

Document = dict[str, Any]


def collect(
    paths: StatePaths,
    endpoints: Endpoints,
    plan: RunPlan,
    events: Mapping[str, list[Event]],
    failure: Failure | None,
) -> Document:
    """Return the content of the report as one JSON document; `events` are those of the DAGs that ran."""
    pipeline, now = plan.pipeline, datetime.now(UTC)
    ran = {dag_id: dag_events[-1] for dag_id, dag_events in events.items()}
    since = min((datetime.fromisoformat(event["start"]) for event in ran.values()), default=now).timestamp()
    jobs = [job for job in _jobs(paths) if job.created >= since]
    keys = {dag_id: str(event["run_key"]) for dag_id, event in ran.items()}
    reports = [document for key in keys.values() for document in _documents(endpoints, f"reports/{pipeline}/{key}/")]
    training = keys.get(f"{pipeline}_{TRAINING}")
    evaluation = (
        next(iter(_documents(endpoints, f"evaluations/{pipeline}/{training}/evaluation.json")), {}) if training else {}
    )
    return {
        "pipeline": pipeline,
        "question": load_pipeline(pipeline).description,
        "finished": now.isoformat(),
        "plan": asdict(plan),
        "failure": asdict(failure) if failure else None,
        "runs": {dag_id: {"run_id": event["run_id"], "run_key": keys[dag_id]} for dag_id, event in ran.items()},
        "tables": [table for report in reports for table in report["tables"]],
        "treatments": [treatment for report in reports for treatment in report.get("treatments", [])],
        "tuning": durations.trials(jobs),
        "metrics": evaluation.get("metrics", {}),
        "evaluation": evaluation,
        "tracking": {"url": endpoints.tracking_server.uri},
        "registry": _registry(endpoints, pipeline),
        "timeline": durations.timeline(events, jobs),
        "orchestration": durations.orchestration(ran, jobs),
        "artifacts": _artifacts(endpoints, pipeline, keys),
    }


def _jobs(paths: StatePaths) -> list[Job]:
    return [Job(**json.loads(path.read_text())) for path in sorted(paths.jobs.glob("*/*.json"))]


def _documents(endpoints: Endpoints, prefix: str) -> list[Document]:
    """Return the JSON objects under a prefix of the artifacts bucket, oldest first."""
    s3, bucket = endpoints.object_store.client, endpoints.names.bucket(Zone.ARTIFACTS)
    objects = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    keys = [item["Key"] for item in sorted(objects, key=lambda item: item["LastModified"])]
    return [json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys if key.endswith(".json")]


def _registry(endpoints: Endpoints, pipeline: str) -> Document:
    name = endpoints.names.model_name(pipeline)
    client = MlflowClient(endpoints.tracking_server.uri)
    try:
        champion = client.get_model_version_by_alias(name, CHAMPION)
    except MlflowException:  # no version has met the goals yet
        champion = None
    sagemaker = boto3.client("sagemaker", endpoint_url=endpoints.api.url, **_credentials(endpoints))
    try:
        packages = sagemaker.list_model_packages(ModelPackageGroupName=endpoints.names.model_package_group(pipeline))
    except ClientError:
        packages = {"ModelPackageSummaryList": []}
    return {
        "model": name,
        "versions": [
            {"version": each.version, "run_id": each.run_id, "aliases": _aliases(client, each)}
            for each in client.search_model_versions(f"name='{name}'")
        ],
        "champion": {"version": champion.version, "run_id": champion.run_id} if champion else None,
        "packages": [
            {"arn": each["ModelPackageArn"], "approval": each.get("ModelApprovalStatus", "")}
            for each in packages["ModelPackageSummaryList"]
        ],
    }


def _aliases(client: MlflowClient, version: ModelVersion) -> list[str]:
    """Return the aliases of a version, which a search omits."""
    return list(client.get_model_version(version.name, version.version).aliases)


def _credentials(endpoints: Endpoints) -> dict[str, str]:
    environment = endpoints.client_environment()
    return {
        "region_name": endpoints.region,
        "aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"],
    }


def _artifacts(endpoints: Endpoints, pipeline: str, keys: Mapping[str, str]) -> Document:
    names, training, scoring = endpoints.names, keys.get(f"{pipeline}_{TRAINING}"), keys.get(f"{pipeline}_{SCORING}")
    databases = {str(zone): names.database(pipeline, zone) for zone in TABLE_ZONES}
    locations: Document = {
        "landing files": names.uri(Zone.LANDING, pipeline, ""),
        "tables": databases,
        "job reports": names.uri(Zone.ARTIFACTS, Folder.REPORTS, pipeline, ""),
        "MLflow artifacts": names.uri(Zone.ARTIFACTS, Folder.MLFLOW, ""),
    }
    if training:
        locations["dataset"] = names.uri(Zone.ARTIFACTS, Folder.DATASETS, pipeline, training, "")
        locations["evaluation"] = names.uri(Zone.ARTIFACTS, Folder.EVALUATIONS, pipeline, training, "evaluation.json")
    if scoring:
        locations["batch predictions"] = names.uri(Zone.PREDICTIONS, pipeline, scoring, "")
    return locations
