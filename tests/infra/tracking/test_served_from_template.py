"""MLflow run as the synthesized template says: its commands, variables, secrets and health check, on real services."""

import http.client
import json
import socket
import ssl
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import mlflow
import psycopg2
import pytest
from mlflow.exceptions import MlflowException
from moto.server import ThreadedMotoServer

from common import processes
from common.paths import StatePaths
from infra.environments import STAGING
from infra.names import PlatformNames
from infra.network.rules import DATABASE_PORT, TRACKING_PORT
from infra.orchestration.platform_settings import tracking_uri
from infra.tracking.image.tracking_tasks import migrate
from jobs.contracts.tables import Zone
from jobs.training.settings import TrialSettings
from jobs.training.tracking import Tracking
from tests.infra.tracking.balancer import balancer
from tests.infra.tracking.container import Container, Machine, container, image_port, image_variables
from tests.stacks.templates import Template

tls_database = pytest.importorskip("tests.infra.tracking.tls_database", reason="its PostgreSQL is for Linux")

NAMES = PlatformNames.of(STAGING)
HOST = STAGING.tracking.host
ADMIN, JOBS, NEXT_JOBS = ("admin", "administrator-1"), ("jobs-a", "password-of-a"), ("jobs-b", "password-of-b")
DATABASE_PASSWORD = "it's a/strange@password:1"  # noqa: S105


@dataclass(frozen=True)
class Served:
    """MLflow as it runs, and what a test needs to speak to its parts."""

    template: Template
    machine: Machine
    server: Container
    database: Any
    migrated: list[str]

    def task(self, purpose: str) -> Container:
        return container(self.template, NAMES.resource(f"tracking-{purpose}"), self.machine)


def secrets(database_password: str) -> dict[str, str]:
    """What ECS would read, by the references that task definitions hold."""
    found = {
        NAMES.arn("ssm", f"parameter{NAMES.parameter('tracking/database-host')}"): "localhost",
        "AWS::RDS::DBInstance.MasterUserSecret.SecretArn:username::": tls_database.OWNER,
        "AWS::RDS::DBInstance.MasterUserSecret.SecretArn:password::": database_password,
        f"{NAMES.resource('tracking-session')}:password::": "key-of-sessions",
    }
    for kind, stage, (user, password) in (
        ("admin", "AWSCURRENT", ADMIN),
        ("jobs", "AWSCURRENT", JOBS),
        ("jobs", "AWSPENDING", NEXT_JOBS),
    ):
        name = NAMES.resource(f"tracking-{kind}")
        found |= {f"{name}:username:{stage}:": user, f"{name}:password:{stage}:": password}
    return found


@pytest.fixture(scope="module")
def aws() -> Iterator[dict[str, str]]:
    """S3 with the artifact bucket, and Secrets Manager with the secret of jobs."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "task",
        "AWS_SECRET_ACCESS_KEY": "task",
        "AWS_DEFAULT_REGION": STAGING.region,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        boto3.client("s3").create_bucket(Bucket=NAMES.bucket(Zone.ARTIFACTS))
        value = json.dumps({"username": JOBS[0], "password": JOBS[1]})
        boto3.client("secretsmanager").create_secret(Name=NAMES.tracking_secret, SecretString=value)
        yield environment
    server.stop()


@pytest.fixture(scope="module")
def served(staging: Template, aws: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Migrated by the one-off task, then served by the server's task."""
    tmp = tmp_path_factory.mktemp("task")
    with tls_database.tls_database(password=DATABASE_PASSWORD) as database:
        machine = Machine(
            secrets=secrets(DATABASE_PASSWORD),
            port=processes.free_port(),
            bundle=database.bundle,
            database_port=database.port,
            tmp=tmp,
            aws=aws,
        )
        server = container(staging, NAMES.resource("tracking"), machine)
        result = Served(staging, machine, server, database, [])
        result.migrated.append(run(result.task("migrate")))
        paths = StatePaths(tmp)
        log = paths.logs / "mlflow.log"
        command = processes.supervised(server.command)
        process = processes.start("mlflow", command, env=server.environment, log=log, run=paths.run)
        try:
            processes.wait_until(lambda: processes.listening(machine.port), process, log, seconds=240)
            processes.wait_until(lambda: server.healthy().returncode == 0, process, log, seconds=240)
            yield result
        finally:
            process.stop()


def run(task: Container) -> str:
    done = task.run()
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def name_resolves(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The private hosted zone: the one name leads to the balancer, whose certificate a public authority signed."""
    genuine = socket.getaddrinfo
    folder = tmp_path_factory.mktemp("balancer") / "tls"
    with (
        balancer(folder, host=HOST, target=served.machine.port) as (port, bundle),
        pytest.MonkeyPatch.context() as patch,
    ):

        def resolve(host: str, service: Any, *args: Any, **kwargs: Any) -> Any:
            return genuine("127.0.0.1" if host == HOST else host, port if host == HOST else service, *args, **kwargs)

        patch.setattr(socket, "getaddrinfo", resolve)
        patch.setenv("SSL_CERT_FILE", str(bundle))
        patch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        yield


@pytest.fixture
def as_jobs(name_resolves: None, monkeypatch: pytest.MonkeyPatch) -> Tracking:
    """The door of jobs: training code with the variables of its request."""
    log_out(monkeypatch)
    settings = TrialSettings(
        tracking_uri=tracking_uri(STAGING),
        tracking_secret=NAMES.tracking_secret,
        experiment="flight-delay",
        pipeline="flight_delay",
        run_id="run-1",
        tuning_job="tune-1",
        training_job="train-1",
    )
    return Tracking(settings)


def log_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def log_in(monkeypatch: pytest.MonkeyPatch, account: tuple[str, str]) -> mlflow.MlflowClient:
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", account[0])
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", account[1])
    return mlflow.MlflowClient(tracking_uri(STAGING))


def status(url: str, account: tuple[str, str] | None = None, host: str = HOST) -> int:
    """The status of a GET."""
    headers = {"Host": host}
    if account:
        headers["Authorization"] = "Basic " + b64encode(":".join(account).encode()).decode()
    try:
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - https, to the balancer above
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the same
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


SEARCH = f"{tracking_uri(STAGING)}/api/2.0/mlflow/experiments/search?max_results=1"


def test_the_image_and_the_network_agree_on_ports() -> None:
    assert (image_port(), image_variables()["PGPORT"]) == (str(TRACKING_PORT), str(DATABASE_PORT))


def test_the_migration_can_run_again_while_a_release_serves(served: Served) -> None:
    assert "schema and accounts are up to date" in served.migrated[0]
    assert "schema and accounts are up to date" in run(served.task("migrate"))


def test_a_schema_of_a_newer_release_is_left_alone(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in served.task("migrate").environment.items():
        monkeypatch.setenv(name, value)
    served.database.run("UPDATE alembic_version SET version_num = 'f' || version_num", "mlflow")
    try:
        migrate.main()
    finally:
        served.database.run("UPDATE alembic_version SET version_num = substr(version_num, 2)", "mlflow")
    assert (
        "nothing migrated: the database has revisions of a newer MLflow: {'alembic_version': 'f"
        in capsys.readouterr().out
    )


def test_the_database_takes_tls_only_and_proves_who_it_is(served: Served) -> None:
    login = {"host": "localhost", "port": served.database.port, "dbname": "mlflow", "user": tls_database.OWNER}
    with pytest.raises(psycopg2.OperationalError, match="no encryption"):
        psycopg2.connect(**login, password=DATABASE_PASSWORD, sslmode="disable")
    with pytest.raises(psycopg2.OperationalError, match="certificate"):
        psycopg2.connect(**login, password=DATABASE_PASSWORD, sslmode="verify-full", sslrootcert=ssl_of_others())
    assert served.server.environment["PGSSLMODE"] == "verify-full"


def ssl_of_others() -> str:
    """The authorities of the web, none of which signed the database's certificate."""
    return str(ssl.get_default_verify_paths().openssl_cafile)


def test_a_task_keeps_an_idle_connection_longer_than_uvicorn_does_by_default(served: Served) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("localhost", served.machine.port, timeout=20, context=context)
    connection.request("GET", "/health")
    assert connection.getresponse().read() == b"OK"
    assert connection.sock is not None
    time.sleep(6)
    connection.request("GET", "/health")
    assert connection.getresponse().read() == b"OK"
    connection.close()


def test_a_task_speaks_tls_only(served: Served) -> None:
    with pytest.raises(OSError, match=r"reset|closed|Remote end|disconnected"):
        urllib.request.urlopen(f"http://localhost:{served.machine.port}/health", timeout=20)


@pytest.mark.usefixtures("name_resolves")
def test_who_is_not_known_is_refused(served: Served) -> None:
    assert status(SEARCH) == 401
    assert status(SEARCH, (ADMIN[0], "wrong-password")) == 401
    assert status(SEARCH, ADMIN) == 200


@pytest.mark.usefixtures("name_resolves")
def test_another_host_is_refused_and_health_asks_for_nothing(served: Served) -> None:
    assert status(SEARCH, ADMIN, host="mlflow.attacker.example") == 403
    assert status(f"{tracking_uri(STAGING)}/health", host="10.20.0.7") == 200
    assert served.server.healthy().returncode == 0


def test_a_job_tracks_a_run_with_artifacts_and_registers_a_model(as_jobs: Tracking) -> None:
    with as_jobs.run("final", "train-1") as run_id:
        as_jobs.log(parameters={"depth": 5}, metrics={"auc": 0.8})
        mlflow.log_dict({"auc": 0.8}, "evaluation.json")
    client = mlflow.MlflowClient()
    assert client.get_run(run_id).data.metrics == {"auc": 0.8}
    assert mlflow.artifacts.load_dict(f"runs:/{run_id}/evaluation.json") == {"auc": 0.8}
    stored = boto3.client("s3").list_objects_v2(Bucket=NAMES.bucket(Zone.ARTIFACTS), Prefix="mlflow/")
    assert [item["Key"] for item in stored["Contents"] if item["Key"].endswith("evaluation.json")]
    client.create_registered_model("flight-delay")
    version = client.create_model_version("flight-delay", f"runs:/{run_id}/model", run_id).version
    client.set_registered_model_alias("flight-delay", "champion", version)
    assert client.get_model_version_by_alias("flight-delay", "champion").run_id == run_id


def test_jobs_may_edit_but_not_delete_what_others_made_nor_administer(
    as_jobs: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = log_in(monkeypatch, ADMIN)
    experiment = admin.create_experiment("of-the-administrator")
    jobs = log_in(monkeypatch, JOBS)
    jobs.set_experiment_tag(experiment, "seen-by", "jobs")
    with pytest.raises(MlflowException, match="Permission denied"):
        jobs.delete_experiment(experiment)
    assert status(f"{tracking_uri(STAGING)}/api/2.0/mlflow/users/get?username=admin", JOBS) == 403


def test_a_rotation_gives_jobs_the_other_user_and_leaves_running_ones_theirs(
    served: Served, as_jobs: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = mlflow.set_experiment("flight-delay").experiment_id
    assert status(SEARCH, NEXT_JOBS) == 401
    assert run(served.task("set-jobs")) == "jobs-b: password set\n"
    for account in (JOBS, NEXT_JOBS):
        client = log_in(monkeypatch, account)
        run_id = client.create_run(experiment).info.run_id
        client.log_metric(run_id, "auc", 0.7)


def test_a_rotated_database_password_makes_the_task_unhealthy_and_an_outage_does_not(served: Served) -> None:
    served.database.set_password("rotated")
    try:
        sick = served.server.healthy()
        assert (sick.returncode, "password authentication failed" in sick.stderr) == (1, True)
    finally:
        served.database.set_password(DATABASE_PASSWORD)
    away = Container(served.template, served.server.definition, replace_port(served.machine))
    assert away.healthy().returncode == 0


def replace_port(machine: Machine) -> Machine:
    """The machine with a database that is away."""
    return Machine(**{**vars(machine), "database_port": processes.free_port()})
