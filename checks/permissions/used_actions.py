"""The IAM actions that each role uses, read from contracts, the code of jobs and DAGs, and the AWS documentation."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name

from common.paths import REPOSITORY
from infra.config.engine_config import EngineConfig
from infra.config.platform_config import PlatformConfig
from jobs.contracts import spark_workloads, workloads
from jobs.contracts.access import ACCESS, SPARK_KINDS, JobKind
from jobs.contracts.engines import Engine
from jobs.contracts.names import job_purpose
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.spark_workloads import EMR_CLUSTER
from jobs.contracts.workload import Workload

TABLE: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())

#: The users of each action.
Uses = dict[str, set[str]]

#: The package of `jobs` that runs under the role of a job kind; `spark` for all others.
_CODE = {JobKind.TRAIN: "training", JobKind.SERVE: "serving"}


def used_actions(config: PlatformConfig, pipelines: Iterable[Pipeline] = ()) -> dict[str, Uses]:
    """Return the actions that every known role uses in an environment, by the purpose of the role.

    Roles of jobs are known by their kind, and by their purpose for the given pipelines, which may choose engines.
    """
    engines = config.engines
    used: dict[str, Uses] = {str(kind): _of_job(kind, config, engines) for kind in JobKind}
    for pipeline, kind in product(pipelines, JobKind):
        used[job_purpose(pipeline.name, kind)] = _of_job(kind, config, engines.of_pipeline(pipeline))
    chosen = {"lake_formation": config.lake.lake_formation, "registry": config.registry.account is not None}
    for purpose, entry in TABLE["role"].items():
        optional = [action for option, is_on in chosen.items() if is_on for action in entry.get(option, [])]
        used[purpose] = _tally([(entry["source"], [*entry["actions"], *optional])])
    for action, users in _of_dags(config).items():
        used["airflow"].setdefault(action, set()).update(users)
    return used


def _of_job(kind: JobKind, config: PlatformConfig, engines: EngineConfig) -> Uses:
    access, is_spark = ACCESS[kind], kind in SPARK_KINDS
    parts = ["library.objects"] if access.zones else []
    parts += ["library.writes"] if access.writes or access.writes_folders else []
    parts += ["library.tables"] if is_spark else []
    parts += ["library.commits"] if is_spark and access.writes else []
    parts += ["library.lake-formation"] if is_spark and config.lake.lake_formation else []
    parts += ["library.encrypted-catalog"] if is_spark and config.lake.encrypt_catalog else []
    parts.append(f"engine.{engines.engine_of(kind) if is_spark else Engine.SAGEMAKER}")
    package = _CODE.get(kind, "spark")
    return _tally([*map(_entry, parts), (f"boto3 in jobs/{package}", sorted(boto_calls(package)))])


def _of_dags(config: PlatformConfig) -> Uses:
    called, running = called_operators(), set(config.engines.used)
    creates_clusters = config.spark.mode == "transient"
    jobs = [
        (name, [*workload.actions, *workload.starter_actions])
        for name, workload in job_operators().items()
        if name in called
        and (workload.engine is None or workload.engine in running)
        and (workload is not EMR_CLUSTER or creates_clusters)
    ]
    others = [
        (name, entry["actions"])
        for name, entry in TABLE["operator"].items()
        if name.split()[0] in called
        and Engine(entry.get("engine", next(iter(running)))) in running
        and entry.get("mode", config.spark.mode) == config.spark.mode
        and entry.get("approval", config.registry.approval) == config.registry.approval
    ]
    return _tally([*jobs, *others])


def _entry(path: str) -> tuple[str, list[str]]:
    part, name = path.split(".")
    return TABLE[part][name]["source"], TABLE[part][name]["actions"]


def _tally(uses: Any) -> Uses:
    tally: Uses = defaultdict(set)
    for user, actions in uses:
        for action in actions:
            tally[action].add(user)
    return dict(tally)


@cache
def called_operators() -> frozenset[str]:
    """Return the operators and hooks that DAG code creates."""
    names = {call.func.id for call in _calls("dags") if isinstance(call.func, ast.Name)}
    return frozenset(name for name in names if name.endswith(("Operator", "Hook")))


@cache
def job_operators() -> dict[str, Workload]:
    """The operators of `jobs/dags` by name, with the kind of job that each runs: their `workload` attribute."""
    rows = {**vars(spark_workloads), **vars(workloads)}
    return {
        node.name: rows[ast.unparse(statement.value)]
        for node in _nodes("dags")
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "workload"
    }


@cache
def connection_calls() -> frozenset[str]:
    """Return the boto3 client methods that the operators of this repository call directly."""
    return frozenset(
        call.func.attr
        for call in _calls("dags")
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Attribute)
        and call.func.value.attr == "conn"
    )


@cache
def boto_calls(package: str) -> frozenset[str]:
    """Return the IAM actions of the boto3 calls in a package of `jobs`, by the clients that each module creates."""
    actions = set()
    for path in sorted((REPOSITORY / "jobs" / package).glob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        services = {
            str(call.args[0].value)
            for call in calls
            if ast.unparse(call.func) == "boto3.client" and isinstance(call.args[0], ast.Constant)
        }
        methods = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}
        actions |= {f"{service}:{name}" for service in services for name in _operations(service, methods)}
    return frozenset(actions)


def _operations(service: str, methods: set[str]) -> Iterator[str]:
    model = botocore.session.get_session().get_service_model(service)
    return (name for name in model.operation_names if xform_name(name) in methods)


def _calls(package: str) -> Iterator[ast.Call]:
    return (node for node in _nodes(package) if isinstance(node, ast.Call))


def _nodes(package: str) -> Iterator[ast.AST]:
    for path in sorted((REPOSITORY / "jobs" / package).rglob("*.py")):
        yield from ast.walk(ast.parse(path.read_text()))
