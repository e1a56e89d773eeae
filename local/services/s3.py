"""Start SeaweedFS as the S3 server, in one process and with its data in the state folder."""

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from common import processes
from common.environment import process_variables
from common.files import write_atomically
from common.paths import MAIN_PYTHON, StatePaths

#: Credentials of the only user of the local S3, which listens on loopback.
ACCESS_KEY, SECRET_KEY = "local", "local-on-loopback"
_PROBE = "local-health"
_WEED = MAIN_PYTHON.with_name("weed")


@dataclass(frozen=True)
class ObjectStore:
    """The address of the S3 server."""

    port: int

    @property
    def endpoint(self) -> str:
        """The S3 endpoint URL."""
        return f"http://localhost:{self.port}"

    @cached_property
    def client(self) -> Any:
        """A boto3 S3 client for this server."""
        return _client(self.endpoint, attempts=8)


def _client(endpoint: str, attempts: int) -> Any:
    # Path-style addressing, because host names of buckets do not resolve on loopback.
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": attempts, "mode": "standard"}),
    )


def start(paths: StatePaths, *, stop_with_parent: bool) -> tuple[ObjectStore, processes.RunningProcess]:
    """Start the S3 server; `wait` waits until it is ready."""
    names = ("master", "volume", "filer", "s3")
    numbers = processes.free_ports(2 * len(names))
    ports = dict(zip(names, numbers, strict=False))
    grpc = {f"{name}.port.grpc": port for name, port in zip(names, numbers[len(names) :], strict=True)}
    command = [
        str(_WEED),
        "server",
        f"-dir={paths.objects}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-filer",
        "-s3",
        f"-s3.config={_write_credentials(paths.run)}",
        # Relative to the folder of the process: the path of a socket is limited to 107 bytes on Linux, 103 on macOS.
        *(f"-{name}.localSocket={name}.sock" for name in ("filer", "s3")),
        "-s3.iam=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=1024",
        "-volume.max=200",
        "-volume.preStopSeconds=0",
        *(f"-{name}.port={port}" for name, port in ports.items()),
        *(f"-{flag}={port}" for flag, port in grpc.items()),
    ]
    supervised_command = processes.supervised(command, stop_with_parent=stop_with_parent)
    variables = process_variables()
    process = processes.start(
        "s3", supervised_command, env=variables, log=paths.logs / "s3.log", run=paths.run, cwd=paths.run
    )
    return ObjectStore(ports["s3"]), process


def wait(store: ObjectStore, process: processes.RunningProcess, paths: StatePaths) -> None:
    """Wait until the server accepts writes, at most 60 s; it lists buckets seconds before it does."""
    client = _client(store.endpoint, attempts=1)
    processes.wait_until(lambda: _accepts_writes(client, store.port), process, paths.logs / "s3.log", seconds=60)


def _accepts_writes(client: Any, port: int) -> bool:
    if not processes.listening(port):
        return False
    try:
        with suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
            client.create_bucket(Bucket=_PROBE)
        client.put_object(Bucket=_PROBE, Key="ready", Body=b"ready")
        client.get_object(Bucket=_PROBE, Key="ready")["Body"].read()
    except (BotoCoreError, ClientError):
        return False
    return True


def _write_credentials(folder: Path) -> Path:
    path = folder / "s3-identities.conf"
    identity = {
        "name": "local",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    write_atomically(path, json.dumps({"identities": [identity]}))
    return path
