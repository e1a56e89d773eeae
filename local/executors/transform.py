"""SageMaker batch transform: run the server of the model's container as a process and send it requests over HTTP."""

import http.client
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from subprocess import Popen

from common import processes
from jobs.contracts.workloads import TRANSFORM_JOB
from local.executors import containers
from local.executors.context import Context
from local.executors.errors import validation
from local.executors.executor import Operation, Request
from local.executors.jobs import STOPPED, Job, JobFailedError, service_states

TRANSFORM = "transform-job"
_STATES = service_states(TRANSFORM_JOB)
_MEGABYTE = 1 << 20
_START_SECONDS = 60.0
_RESPONSE_SECONDS = 600


class Transform:
    """The batch transform operations of the SageMaker API; `describe_model` returns a model by name."""

    service = TRANSFORM_JOB.service

    def __init__(self, context: Context, describe_model: Callable[[str], Request]) -> None:
        self._context = context
        self._jobs = context.jobs
        self._describe_model = describe_model

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The method that answers each API operation."""
        return {
            TRANSFORM_JOB.create: self.create_transform_job,
            TRANSFORM_JOB.describe: self.describe_transform_job,
            TRANSFORM_JOB.stop: self.stop_transform_job,
        }

    def create_transform_job(self, request: Request) -> Request:
        """Start a transform job in the background; raises ServiceError for an unsupported request."""
        split_type = request["TransformInput"].get("SplitType", "None")
        if split_type not in ("None", "Line"):
            raise validation(f"SplitType is {split_type}; the local platform supports None and Line")
        model = self._describe_model(request["ModelName"])
        job = Job(kind=TRANSFORM, name=request["TransformJobName"], request=request, results={"Model": model})
        self._jobs.run_in_background(self._jobs.create(job), self._execute)
        return {"TransformJobArn": self._context.arn(TRANSFORM_JOB, job)}

    def describe_transform_job(self, request: Request) -> Request:
        """Return one transform job: its request and state."""
        job = self._jobs.get(TRANSFORM, request["TransformJobName"])
        response = {
            **job.request,
            "TransformJobArn": self._context.arn(TRANSFORM_JOB, job),
            "TransformJobStatus": _STATES[job.status],
            "CreationTime": job.created,
            "TransformStartTime": job.started,
            "TransformEndTime": job.ended,
            "FailureReason": job.failure or None,
        }
        return {name: value for name, value in response.items() if value is not None}

    def stop_transform_job(self, request: Request) -> Request:
        """Stop a transform job."""
        job = self._jobs.get(TRANSFORM, request["TransformJobName"])
        self._jobs.finish(job, STOPPED, "stopped by request")
        self._context.stop(job)
        return {}

    def _execute(self, job: Job) -> None:
        context, request = self._context, job.request
        context.jobs.begin(job, context.log_of(job))
        source = request["TransformInput"]["DataSource"]["S3DataSource"]
        inputs = context.objects.find(source["S3Uri"], source["S3DataType"])
        port = processes.free_port()
        server = self._start_server(job, port)
        try:
            self._wait_for_ping(job, server, port)
            for stored in inputs:
                path = context.objects.fetch(stored, context.scratch_of(job) / "input" / stored.relative)
                answers = [self._invoke(job, port, payload, stored.key) for payload in _payloads(path, request)]
                result = context.scratch_of(job) / "output" / f"{stored.relative}.out"
                result.parent.mkdir(parents=True, exist_ok=True)
                result.write_bytes(_assembled(answers, request["TransformOutput"].get("AssembleWith", "None")))
                context.objects.put(
                    result, f"{request['TransformOutput']['S3OutputPath'].rstrip('/')}/{stored.relative}.out"
                )
        finally:
            context.stop(job)

    def _start_server(self, job: Job, port: int) -> Popen[bytes]:
        container = job.results["Model"]["PrimaryContainer"]
        image = self._context.image(container["Image"])
        folder = containers.ContainerFolder(self._context.scratch_of(job) / "ml")
        folder.unpack_model(
            self._context.objects.fetch_uri(container["ModelDataUrl"], self._context.scratch_of(job) / "model.tar.gz")
        )
        variables = {
            **container.get("Environment", {}),
            **job.request.get("Environment", {}),
            "PLATFORM_BIND_HOST": "127.0.0.1",
            "SAGEMAKER_BIND_TO_PORT": str(port),
        }
        environment = containers.environment_of(folder, image, variables)
        # SageMaker starts serving containers with the single argument `serve`.
        return self._context.start(job, containers.command_of([*image.entrypoint, "serve"]), environment, image.folder)

    def _wait_for_ping(self, job: Job, server: Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers_ping(port):
            if server.poll() is not None or time.monotonic() > deadline:
                output = processes.log_tail(self._context.log_of(job))
                raise JobFailedError(f"the model server did not answer /ping within {_START_SECONDS:.0f} s: {output}")
            time.sleep(0.1)

    def _invoke(self, job: Job, port: int, payload: bytes, key: str) -> bytes:
        request = job.request
        limit = request.get("MaxPayloadInMB", 6)
        if len(payload) > limit * _MEGABYTE:
            raise JobFailedError(f"{key}: a payload has {len(payload)} bytes; allowed by MaxPayloadInMB are {limit} MB")
        headers = {
            "Content-Type": request["TransformInput"].get("ContentType", "application/octet-stream"),
            "Accept": request["TransformOutput"].get("Accept", "*/*"),
        }
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_RESPONSE_SECONDS)
        try:
            connection.request("POST", "/invocations", body=payload, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        except OSError as error:
            raise JobFailedError(f"{key}: the connection to the model server failed: {error}") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise JobFailedError(
                f"{key}: the model server answered {answer.status}: {body[:300].decode(errors='replace')}"
            )
        return body


def _answers_ping(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _payloads(path: Path, request: Request) -> Iterator[bytes]:
    """Yield the payloads of a file: the whole file, single lines, or as many lines as fit into MaxPayloadInMB."""
    data = path.read_bytes()
    if request["TransformInput"].get("SplitType", "None") == "None":
        yield data
        return
    single = request.get("BatchStrategy", "MultiRecord") == "SingleRecord"
    limit = 0 if single else request.get("MaxPayloadInMB", 6) * _MEGABYTE
    batch = b""
    for line in data.splitlines(keepends=True):
        if batch and len(batch) + len(line) > limit:
            yield batch
            batch = b""
        batch += line
    if batch:
        yield batch


def _assembled(answers: list[bytes], how: str) -> bytes:
    if how == "Line":
        return b"".join(answer if answer.endswith(b"\n") else answer + b"\n" for answer in answers)
    return b"".join(answers)
