"""Serve the AWS APIs of the local platform: executors run jobs, moto emulates services that only keep state.

An executor answers the operations that it implements and moto answers operations that only keep state. moto would
report success for work that it does not do, so all other operations are rejected with an explanatory error.
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
from local.api.moto_backend import MotoBackend
from local.api.persistence import DurableState
from local.api.process import HEALTH_PATH
from local.api.state_only import require_state_only_operation, require_state_only_service
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

#: The boto3 service name by the prefix of the `X-Amz-Target` header.
_SERVICES = {"SageMaker": "sagemaker", "ElasticMapReduce": "emr", "AWSGlue": "glue"}
#: Variables that the AWS clients of a job need to use the local platform.
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


class LocalApi:
    """The WSGI application of the local API, with the state of an earlier process restored."""

    def __init__(self, context: Context, durable: DurableState) -> None:
        self._moto = MotoBackend(context.environment["AWS_REGION"])
        self._durable = durable
        self._operations = {
            (executor.service, operation): handler
            for executor in _executors(context, self._moto)
            for operation, handler in executor.operations.items()
        }
        durable.restore(self._moto.send)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; an error becomes a response in the form of AWS's JSON protocol."""
        request = Request(environ)
        if request.path == HEALTH_PATH:
            return Response("ok")(environ, start_response)
        body = request.get_data()
        try:
            response = self._respond(request, body)
        except (ServiceError, JobFailedError) as error:
            code = error.code if isinstance(error, ServiceError) else "ValidationException"
            response = _json({"__type": code, "message": str(error)}, status=400)
        return response(environ, start_response)

    def _respond(self, request: Request, body: bytes) -> Response:
        prefix, _, operation = request.headers.get("X-Amz-Target", "").partition(".")
        service = _SERVICES.get(prefix)
        if service is None:
            require_state_only_service(request.headers.get("Authorization", ""))
            return self._moto.forward(request.environ, body)
        document = json.loads(body or b"{}")
        validate(service, operation, document)
        if (service, operation) in self._operations:
            return _json(self._operations[service, operation](document))
        require_state_only_operation(service, operation)
        response = self._moto.forward(request.environ, body)
        if response.status_code == 200:
            self._durable.record(service, operation, document)
        return response


def _executors(context: Context, moto: MotoBackend) -> Iterable[Executor]:
    training = Training(context)
    yield Emr(context, moto.has_role)
    yield training
    yield Tuning(context, training)
    yield Transform(context, moto.describe_model)


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
    """Serve until SIGTERM, then stop all jobs and exit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="state folder of the local platform")
    parser.add_argument(
        "--assembly", type=Path, required=True, help="synthesized cloud assembly with the build contexts of the images"
    )
    parser.add_argument("--registry", required=True, help="registry host of the image URIs")
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    arguments = parser.parse_args()
    paths = StatePaths(arguments.state)
    context = _context(paths, arguments.assembly, arguments.registry)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", arguments.port, LocalApi(context, DurableState(paths.catalog)), threaded=True)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        context.stop_all()
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    server.serve_forever()


if __name__ == "__main__":
    main()
