"""Clients of MLflow with a certificate of a private authority, each with the files that a deployment ships to it."""

import json
import os
import ssl
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import aws_cdk as cdk
import certifi
import pytest

from common import processes
from common.paths import REPOSITORY, StatePaths
from infra.config.certificates import CaBundle
from infra.environments import PROD
from infra.jobs.job_code import JobCode
from infra.names import PlatformNames
from infra.orchestration.startup import startup_script
from jobs.contracts.authorities import BUNDLE, VARIABLES
from local.executors.images import staged_images
from tests.infra.tracking.certificates import write_certificates

#: A training job that tracks a trial and calls S3, as every training job does.
JOB = """
import sys, boto3
from jobs.training import container
from jobs.training.settings import TrialSettings
from jobs.training.tracking import Tracking

def work(folder, environ):
    Tracking(TrialSettings.from_environment(environ)).record_trial({"max_depth": "5"}, {"validation_roc_auc": 0.8})
    boto3.client("s3").list_buckets()

sys.exit(container.run(work))
"""
GET = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).status)"


@dataclass(frozen=True)
class Server:
    """A TLS server of this machine and the file with the authority that issued its certificate."""

    url: str
    authority: Path


def tls(folder: Path) -> ssl.SSLContext:
    """A server context for localhost, certified by an authority of its own in `authority.pem`."""
    # OpenSSL finds an issuer by its name, so two authorities of one name would be mistaken for each other.
    write_certificates(folder, folder / "authority.pem", host="localhost", authority_name=folder.name)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    return context


@pytest.fixture(scope="module")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """MLflow with a certificate of a private authority."""
    folder = tmp_path_factory.mktemp("mlflow")
    tls(folder)
    port, paths = processes.free_port(), StatePaths(folder)
    command = [sys.executable, "-m", "mlflow", "server", "--host=127.0.0.1", f"--port={port}", "--workers=1"]
    command += [f"--backend-store-uri=sqlite:///{folder}/mlflow.db", "--uvicorn-opts"]
    command += [f"--ssl-keyfile {folder}/server.key --ssl-certfile {folder}/server.crt"]
    log = paths.logs / "mlflow.log"
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    process = processes.start("mlflow", processes.supervised(command), env=env, log=log, run=paths.run)
    try:
        processes.wait_until(lambda: processes.listening(port), process, log, seconds=240)
        yield Server(f"https://localhost:{port}", folder / "authority.pem")
    finally:
        process.stop()


class S3(BaseHTTPRequestHandler):
    """An S3 without buckets."""

    def do_GET(self) -> None:
        body = b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """S3 with a certificate of an authority that stands for the public ones."""
    folder = tmp_path_factory.mktemp("s3")
    server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
    server.socket = tls(folder).wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Server(f"https://localhost:{server.server_port}", folder / "authority.pem")
    server.shutdown()


@pytest.fixture(scope="module")
def assembly(tracking: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The staged code of jobs in an environment with the private authority."""
    folder = tmp_path_factory.mktemp("assembly")
    app = cdk.App(outdir=str(folder))
    bundle = CaBundle.read(tracking.authority)
    JobCode(cdk.Stack(app, "Compute"), "Code", names=PlatformNames.of(PROD), ca_bundle=bundle)
    app.synth()
    return folder


@pytest.fixture(scope="module")
def training_code(assembly: Path) -> Path:
    """What the training image contains below /opt/code."""
    (image,) = {image.folder for image in staged_images(assembly).values() if "training" in image.dockerfile.parts}
    assert "COPY jobs/contracts /opt/code/jobs/contracts" in (image / "jobs/training/Dockerfile").read_text()
    return image


def trained(code: Path, tracking: Server, s3: Server, tmp: Path, trust: Path) -> subprocess.CompletedProcess[str]:
    """Run the job with the code of its image, where `trust` is the file of the public authorities."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp),
        "PYTHONPATH": str(code),
        "SAGEMAKER_BASE_DIR": str(tmp),
        "MLFLOW_TRACKING_URI": tracking.url,
        "MLFLOW_EXPERIMENT_NAME": "trials",
        "PLATFORM_PIPELINE": "flight_delay",
        "PLATFORM_RUN_ID": "run-1",
        "PLATFORM_TUNING_JOB": "tune-1",
        "AWS_ENDPOINT_URL_S3": s3.url,
        "AWS_ACCESS_KEY_ID": "job",
        "AWS_SECRET_ACCESS_KEY": "job",
        "AWS_DEFAULT_REGION": PROD.region,
        "AWS_MAX_ATTEMPTS": "1",
        **dict.fromkeys(VARIABLES, str(trust)),
    }
    command = [sys.executable, "-c", JOB]
    return subprocess.run(command, env=env, cwd=tmp, capture_output=True, text=True, check=False)


def test_a_training_job_tracks_its_trials_and_still_calls_aws(
    training_code: Path, tracking: Server, s3: Server, tmp_path: Path
) -> None:
    done = trained(training_code, tracking, s3, tmp_path, s3.authority)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_training_job_without_the_authority_is_refused(tracking: Server, s3: Server, tmp_path: Path) -> None:
    assert trained(REPOSITORY, tracking, s3, tmp_path, s3.authority).returncode == 1
    failure = (tmp_path / "output" / "failure").read_text()
    assert failure.startswith(f"MLflow at {tracking.url} has a certificate that this job does not trust")
    assert "configure the private authority that issued it" in failure


def test_the_private_authority_alone_would_end_every_call_to_aws(tracking: Server, s3: Server, tmp_path: Path) -> None:
    assert trained(REPOSITORY, tracking, s3, tmp_path, tracking.authority).returncode == 1
    assert (tmp_path / "output" / "failure").read_text().startswith("SSLError: SSL validation failed")


def archive_with(probe: str, source: Path, archive: Path) -> Path:
    """The archive of Spark jobs with one module more."""
    with zipfile.ZipFile(archive, "w") as opened:
        for path in sorted(each for each in source.rglob("*") if each.is_file()):
            opened.write(path, path.relative_to(source))
        opened.writestr("jobs/spark/probe.py", probe)
    return archive


def started(archive: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Run the module as the driver of a Spark job does: entry point beside, archive on the path."""
    command = [sys.executable, str(REPOSITORY / "jobs" / "main.py"), "jobs.spark.probe", url]
    env = {"PYTHONPATH": str(archive)}
    return subprocess.run(command, env=env, cwd=archive.parent, capture_output=True, text=True, check=False)


def test_a_spark_job_trusts_the_authority_in_its_archive(assembly: Path, tracking: Server, tmp_path: Path) -> None:
    (source,) = {path.parents[2] for path in assembly.glob(f"*/jobs/contracts/{BUNDLE}") if spark_only(path)}
    shipped = archive_with(GET, source, tmp_path / "shipped.zip")
    assert started(shipped, f"{tracking.url}/health").stdout == "200\n"
    (source / "jobs" / "contracts" / BUNDLE).rename(tmp_path / BUNDLE)
    without = archive_with(GET, source, tmp_path / "without.zip")
    (tmp_path / BUNDLE).rename(source / "jobs" / "contracts" / BUNDLE)
    assert "CERTIFICATE_VERIFY_FAILED" in started(without, f"{tracking.url}/health").stderr


def spark_only(bundle: Path) -> bool:
    jobs = bundle.parents[1]
    return (jobs / "spark").is_dir() and not (jobs / "training").is_dir()


def airflow(script: str) -> Mapping[str, str]:
    """The variables that MWAA's components get from the startup script."""
    wrapper = f"source /dev/stdin <<'SCRIPT'\n{script}\nSCRIPT\nenv -0"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {"PATH": path, "AIRFLOW__PLATFORM__ENVIRONMENT": "prod"}
    done = subprocess.run(["bash", "-c", wrapper], env=environ, capture_output=True, text=True, check=True)
    return dict(pair.split("=", 1) for pair in done.stdout.split("\0") if pair)


def test_airflow_trusts_the_authority_and_the_public_ones(tracking: Server) -> None:
    bundle = CaBundle.read(tracking.authority)
    environ = airflow(startup_script(bundle))
    for variable in VARIABLES:
        assert Path(environ[variable]).read_text() == Path(certifi.where()).read_text() + bundle.pem
    command = [sys.executable, "-c", GET, f"{tracking.url}/health"]
    assert subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout == "200\n"
    refused = subprocess.run(command, env=airflow(startup_script(None)), capture_output=True, text=True, check=False)
    assert "CERTIFICATE_VERIFY_FAILED" in refused.stderr


def test_the_code_of_jobs_depends_on_the_authority_and_not_on_where_it_was_staged(
    assembly: Path, tracking: Server, tmp_path: Path
) -> None:
    def hashes(bundle: CaBundle | None, name: str) -> set[str]:
        app = cdk.App(outdir=str(tmp_path / name))
        JobCode(cdk.Stack(app, "Compute"), "Code", names=PlatformNames.of(PROD), ca_bundle=bundle)
        app.synth()
        return keys(tmp_path / name)

    assert hashes(CaBundle.read(tracking.authority), "again") == keys(assembly)
    # The entry point of Spark jobs and the settings of the Spark image contain no certificates.
    assert len(hashes(None, "public") & keys(assembly)) == 2


def keys(assembly: Path) -> set[str]:
    (manifest,) = (json.loads(path.read_text()) for path in assembly.glob("*.assets.json"))
    files = {key for key, asset in manifest["files"].items() if not asset["displayName"].endswith("Template")}
    return files | set(manifest["dockerImages"])
