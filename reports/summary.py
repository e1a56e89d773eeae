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
from local.executors.emr import STEP
from local.executors.jobs import Job
from local.executors.training import TRAINING as TRAINING_JOB
from local.executors.transform import TRANSFORM
from local.executors.tuning import TUNING
from local.failure import Failure
from local.run_plan import SCORING, TRAINING, RunPlan
from local.services.dag_process import Event

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
        "tuning": _tuning(jobs),
        "metrics": evaluation.get("metrics", {}),
        "evaluation": evaluation,
        "registry": _registry(endpoints, pipeline),
        "timeline": _timeline(events, jobs),
        "orchestration": _orchestration(ran, jobs),
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


def _seconds(job: Job) -> float:
    return (job.ended or 0.0) - (job.started or job.created)


def _tuning(jobs: list[Job]) -> Document:
    trials = [job for job in jobs if job.kind == TRAINING_JOB and job.request.get("TuningJobName")]
    return {
        "trials": [
            {
                "name": trial.name,
                "status": trial.status,
                "seconds": round(_seconds(trial), 1),
                "parameters": trial.request["TunedHyperParameters"],
                "metrics": {each["MetricName"]: each["Value"] for each in trial.results.get("FinalMetricDataList", [])},
            }
            for trial in sorted(trials, key=lambda each: each.created)
        ]
    }


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


def _timeline(events: Mapping[str, list[Event]], jobs: list[Job]) -> list[Document]:
    """Return the tasks of the DAGs and the processes they started, with start and end times."""
    tasks = [
        {
            "lane": dag_id,
            "name": event["task_id"],
            "state": event["state"],
            "start": event["start"],
            "end": event["end"],
        }
        for dag_id, dag_events in events.items()
        for event in dag_events
        if event["event"] == "task" and event["end"] and event["start"]
    ]
    work = [
        {
            "lane": job.kind,
            "name": str(job.request.get("Name", job.name)),
            "state": job.status,
            "start": datetime.fromtimestamp(job.started).astimezone().isoformat(),
            "end": datetime.fromtimestamp(job.ended).astimezone().isoformat(),
        }
        for job in jobs
        if job.started and job.ended and job.kind in (STEP, TRAINING_JOB, TRANSFORM)
    ]
    return tasks + work


def _orchestration(ran: Mapping[str, Event], jobs: list[Job]) -> Document:
    """Return the durations of the DAG runs and of the jobs they started; a tuning job counts without its trials."""
    wall = sum(
        (datetime.fromisoformat(event["end"]) - datetime.fromisoformat(event["start"])).total_seconds()
        for event in ran.values()
    )
    counted = [job for job in jobs if job.kind in (STEP, TRANSFORM, TUNING)]
    counted += [job for job in jobs if job.kind == TRAINING_JOB and not job.request.get("TuningJobName")]
    work = sum(_seconds(job) for job in counted)
    return {
        "dag_seconds": round(wall, 1),
        "work_seconds": round(work, 1),
        "ratio": round(wall / work, 3) if work else None,
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
