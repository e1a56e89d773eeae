import json
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

from local.executors.context import Context
from tests.local.conftest import SERVING_IMAGE

SERVER = """
import http.server, os, pathlib, sys
weight = (pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"]) / "model" / "weight").read_text()
assert sys.argv[1:] == ["serve"]
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, code, body):
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        self.answer(200, b"")
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(*((400, b"column x is missing") if "bad" in body else (200, (weight + ":" + body).encode())))
address = (os.environ["PLATFORM_BIND_HOST"], int(os.environ["SAGEMAKER_BIND_TO_PORT"]))
http.server.HTTPServer(address, Handler).serve_forever()
"""


@pytest.fixture
def sagemaker(client: Any, context: Context, s3: Any, tmp_path: Path) -> Any:
    """Return a SageMaker client with a model whose image has the server above."""
    context.images[SERVING_IMAGE].folder.joinpath("serve.py").write_text(SERVER)
    (tmp_path / "weight").write_text("w7")
    with tarfile.open(tmp_path / "m.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "weight", "weight")
    s3.upload_file(str(tmp_path / "m.tar.gz"), "lake", "models/m.tar.gz")
    sagemaker = client("sagemaker")
    sagemaker.create_model(
        ModelName="model",
        PrimaryContainer={"Image": SERVING_IMAGE, "ModelDataUrl": "s3://lake/models/m.tar.gz"},
        ExecutionRoleArn="arn:aws:iam::111111111111:role/serving",
    )
    return sagemaker


def transform(sagemaker: Any, name: str, uri: str, data_type: str = "S3Prefix", **source: Any) -> dict[str, Any]:
    """Run a transform job and return its description once it is in a terminal state, at most 30 s later."""
    sagemaker.create_transform_job(
        TransformJobName=name,
        ModelName="model",
        TransformInput={"DataSource": {"S3DataSource": {"S3DataType": data_type, "S3Uri": uri}}, **source},
        TransformOutput={"S3OutputPath": f"s3://lake/{name}", "AssembleWith": "Line"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
    for _ in range(600):
        described: dict[str, Any] = sagemaker.describe_transform_job(TransformJobName=name)
        if described["TransformJobStatus"] != "InProgress":
            return described
        time.sleep(0.05)
    raise AssertionError(f"{name} did not finish")


def body(s3: Any, key: str) -> bytes:
    """Return the content of an object in the bucket `lake`."""
    content: bytes = s3.get_object(Bucket="lake", Key=key)["Body"].read()
    return content


def test_every_listed_file_is_answered_by_the_models_own_server(sagemaker: Any, s3: Any) -> None:
    s3.put_object(Bucket="lake", Key="in/a.txt", Body=b"one")
    s3.put_object(Bucket="lake", Key="in/b.txt", Body=b"two")
    s3.put_object(Bucket="lake", Key="score.manifest", Body=json.dumps([{"prefix": "s3://lake/in/"}, "b.txt"]).encode())

    described = transform(sagemaker, "listed", "s3://lake/score.manifest", "ManifestFile")

    assert described["TransformJobStatus"] == "Completed"
    assert body(s3, "listed/b.txt.out") == b"w7:two\n"
    assert s3.list_objects_v2(Bucket="lake", Prefix="listed/")["KeyCount"] == 1


def test_lines_are_sent_within_the_payload_limit(sagemaker: Any, s3: Any) -> None:
    s3.put_object(Bucket="lake", Key="lines/a.txt", Body=b"one\ntwo\n")

    transform(sagemaker, "lines-out", "s3://lake/lines/", SplitType="Line")

    assert body(s3, "lines-out/a.txt.out") == b"w7:one\ntwo\n"


def test_a_refusal_of_the_server_fails_the_job_with_its_sentence(sagemaker: Any, s3: Any) -> None:
    s3.put_object(Bucket="lake", Key="broken/a.txt", Body=b"bad")

    described = transform(sagemaker, "refused", "s3://lake/broken/")

    assert described["TransformJobStatus"] == "Failed"
    assert "400: column x is missing" in described["FailureReason"]


def test_a_server_that_does_not_start_fails_the_job(sagemaker: Any, s3: Any, context: Context) -> None:
    context.images[SERVING_IMAGE].folder.joinpath("serve.py").write_text("raise SystemExit('no onnxruntime here')")
    s3.put_object(Bucket="lake", Key="some/a.txt", Body=b"one")

    described = transform(sagemaker, "dead", "s3://lake/some/")

    assert "no onnxruntime here" in described["FailureReason"]
