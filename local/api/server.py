"""The AWS endpoint of this machine: moto for what only keeps state, executors for what does work.

A request goes to an executor's operation, or to moto, or is refused with a sentence. moto reports success for
work that never ran, so an operation that starts work and has no executor is refused before moto receives it.
"""

import argparse
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

import boto3
from botocore.config import Config
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from common.paths import StatePaths
from local.api.moto_backend import Emulated
from local.api.persistence import DurableState
from local.api.process import HEALTH_PATH
from local.api.state_only import refuse_work, refuse_work_of
from local.api.validation import validate
from local.executors.context import Context
from local.executors.emr import Emr
from local.executors.errors import ServiceError
from local.executors.executor import Executor
from local.executors.images import staged_images
from local.executors.jobs import JobFailedError, JobStore
from local.executors.objects import Objects
from local.executors.training import Training
from local.executors.transform import Transform
from local.executors.tuning import Tuning
from local.iceberg_jar import ensure_jar

_TARGETS = {"SageMaker": "sagemaker", "ElasticMapReduce": "emr", "AWSGlue": "glue"}
#: What the AWS clients of a job need to find this machine.
_CLIENT_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "MOTO_ACCOUNT_ID",
)

StartResponse: TypeAlias = Callable[..., Any]


class ControlPlane:
    """The WSGI application: our operations first, moto behind them."""

    def __init__(self, context: Context, durable: DurableState) -> None:
        self._emulated = Emulated(context.environment["AWS_REGION"])
        self._durable = durable
        self._operations = {
            (executor.service, operation): answer
            for executor in _executors(context, self._emulated)
            for operation, answer in executor.operations.items()
        }
        durable.restore(self._emulated.send)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        if request.path == HEALTH_PATH:
            return Response("ok")(environ, start_response)
        body = request.get_data()
        try:
            response = self._answer(request, body)
        except (ServiceError, JobFailedError) as error:
            code = error.code if isinstance(error, ServiceError) else "ValidationException"
            response = _json({"__type": code, "message": str(error)}, status=400)
        return response(environ, start_response)

    def _answer(self, request: Request, body: bytes) -> Response:
        prefix, _, operation = request.headers.get("X-Amz-Target", "").partition(".")
        service = _TARGETS.get(prefix)
        if service is None:
            refuse_work(request.headers.get("Authorization", ""))
            return self._emulated.forward(request.environ, body)
        document = json.loads(body or b"{}")
        validate(service, operation, document)
        if (service, operation) in self._operations:
            return _json(self._operations[service, operation](document))
        refuse_work_of(service, operation)
        response = self._emulated.forward(request.environ, body)
        if response.status_code == 200:
            self._durable.record(service, operation, document)
        return response


def _executors(context: Context, emulated: Emulated) -> Iterable[Executor]:
    training = Training(context)
    yield Emr(context, emulated.has_role)
    yield training
    yield Tuning(context, training)
    yield Transform(context, emulated.describe_model)


def _json(document: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(document), status=status, content_type="application/x-amz-json-1.1")


def _context(paths: StatePaths, assembly: Path, registry: str) -> Context:
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}, max_pool_connections=20))
    return Context(
        paths=paths,
        jobs=JobStore(paths.jobs),
        objects=Objects(s3, paths.scratch / "objects"),
        environment={name: os.environ[name] for name in _CLIENT_VARIABLES},
        images={f"{registry}/{name}": image for name, image in staged_images(assembly).items()},
        iceberg_jar=ensure_jar(),
    )


def main() -> None:
    """Serve until SIGTERM, and stop what was started then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="state folder")
    parser.add_argument(
        "--assembly", type=Path, required=True, help="synthesized assembly, for the images' build contexts"
    )
    parser.add_argument("--registry", required=True, help="host of the images' URIs")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    paths = StatePaths(arguments.state)
    context = _context(paths, arguments.assembly, arguments.registry)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", arguments.port, ControlPlane(context, DurableState(paths.catalog)), threaded=True)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        context.stop_all()
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    server.serve_forever()


if __name__ == "__main__":
    main()
