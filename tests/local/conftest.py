"""The local API of `make run` in this process, with the S3 of moto instead of SeaweedFS, so that tests are fast."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer
from werkzeug.serving import make_server

from common.paths import StatePaths
from common.processes import free_port
from local.api.persistence import DurableState
from local.api.server import LocalApi
from local.executors.context import Context
from local.executors.images import Image
from local.executors.jobs import JobStore
from local.executors.objects import Objects

ACCOUNT, REGION = "111111111111", "us-east-1"
TRAINING_IMAGE, SERVING_IMAGE = "registry/training:1", "registry/serving:1"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Return the endpoint URL of an S3 server of moto."""
    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def s3(s3_endpoint: str) -> Any:
    """Return an S3 client whose server has the bucket `lake`."""
    client = boto3.client(
        "s3", endpoint_url=s3_endpoint, config=Config(s3={"addressing_style": "path"}), **credentials()
    )
    client.create_bucket(Bucket="lake")
    return client


def credentials() -> dict[str, str]:
    """Return client arguments that the local servers accept."""
    return {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": REGION}


def image(folder: Path, entrypoint: str) -> Image:
    """Write a Dockerfile with this entrypoint and return its image."""
    folder.mkdir(parents=True, exist_ok=True)
    dockerfile = folder / "Dockerfile"
    dockerfile.write_text(f"FROM scratch\nENTRYPOINT {entrypoint}\n")
    return Image(folder, dockerfile)


@pytest.fixture
def context(tmp_path: Path, s3: Any, s3_endpoint: str) -> Context:
    """Return the context of executors that store their state in the test's folder, with a space in its path."""
    paths = StatePaths(tmp_path / "the state")
    return Context(
        paths=paths,
        jobs=JobStore(paths.jobs),
        objects=Objects(s3, paths.scratch / "objects"),
        environment={
            "AWS_REGION": REGION,
            "MOTO_ACCOUNT_ID": ACCOUNT,
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_S3": s3_endpoint,
        },
        images={
            TRAINING_IMAGE: image(tmp_path / "training", '["python", "train.py"]'),
            SERVING_IMAGE: image(tmp_path / "serving", '["python", "serve.py"]'),
        },
        iceberg_jar=tmp_path / "iceberg.jar",
    )


@pytest.fixture
def endpoint(context: Context) -> Iterator[str]:
    """Return the endpoint URL of a running local API."""
    port = free_port()
    api = LocalApi(context, DurableState(context.paths.catalog))
    server = make_server("127.0.0.1", port, api, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{port}"
    context.stop_all()
    server.shutdown()
    thread.join()


@pytest.fixture
def client(endpoint: str) -> Any:
    """Return a function that creates the client of a service for the local API."""
    return lambda service: boto3.client(service, endpoint_url=endpoint, **credentials())
