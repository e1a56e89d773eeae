import io
import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from common.errors import PlatformError
from operations.airflow_smoke import require_release

Answer = tuple[list[str], list[dict[str, str]]]


class Deployed:
    """An MWAA whose Airflow answers in turn, and the bucket with the release it was given."""

    def __init__(self, *promised: str) -> None:
        session = boto3.Session("x", "x", region_name="us-east-1")
        self.mwaa, self.s3 = session.client("mwaa"), session.client("s3")
        self.stub, self.pauses = Stubber(self.mwaa), 0
        environment = {"SourceBucketArn": "arn:aws:s3:::assets", "DagS3Path": "mlops-dev/dags/4f2a"}
        self.stub.add_response("get_environment", {"Environment": environment}, {"Name": "mlops-dev"})
        self.bucket = Stubber(self.s3)
        body = {"Body": io.BytesIO(json.dumps({"dags": promised}).encode())}
        place = {"Bucket": "assets", "Key": "mlops-dev/dags/4f2a/release.json"}
        self.bucket.add_response("get_object", body, place)

    def shows(self, dags: list[str], errors: list[dict[str, str]] | None = None) -> None:
        self.answers("/dags", [{"dag_id": dag_id} for dag_id in dags], "dags")
        self.answers("/importErrors", errors or [], "import_errors")

    def answers(
        self, path: str, items: list[Any], field: str, *, offset: int = 0, total: int | None = None, status: int = 200
    ) -> None:
        page = {field: items, "total_entries": len(items) if total is None else total}
        asked = {
            "Name": "mlops-dev",
            "Path": path,
            "Method": "GET",
            "QueryParameters": {"limit": 100, "offset": offset},
        }
        self.stub.add_response("invoke_rest_api", {"RestApiStatusCode": status, "RestApiResponse": page}, asked)

    def require(self, attempts: int) -> list[str]:
        def pause() -> None:
            self.pauses += 1

        with self.stub, self.bucket:
            return require_release(self.mwaa, self.s3, "mlops-dev", pause=pause, attempts=attempts)


def test_airflow_shows_the_release() -> None:
    deployed = Deployed("b", "a")
    deployed.shows(["a", "b"])
    assert deployed.require(attempts=1) == ["a", "b"]
    assert deployed.pauses == 0


def test_dags_may_take_a_while_to_appear() -> None:
    deployed = Deployed("a")
    deployed.shows([])
    deployed.shows(["a"], [{"filename": "a.py", "stack_trace": "SyntaxError"}])
    deployed.shows(["a"])
    assert deployed.require(attempts=5) == ["a"]
    assert deployed.pauses == 2


def test_what_differs_is_told() -> None:
    deployed = Deployed("a", "b")
    deployed.shows(
        ["b", "left_over"], [{"filename": "a.py", "stack_trace": "Traceback\n  ...\nImportError: no pandas\n"}]
    )
    told = r"missing \['a'\], unexpected \['left_over'\], import errors \['a.py: ImportError: no pandas'\]"
    with pytest.raises(PlatformError, match=told):
        deployed.require(attempts=1)
    assert deployed.pauses == 0


def test_pages_are_read_to_the_end() -> None:
    deployed = Deployed("a", "b")
    deployed.answers("/dags", [{"dag_id": "a"}], "dags", total=2)
    deployed.answers("/dags", [{"dag_id": "b"}], "dags", offset=1, total=2)
    deployed.answers("/importErrors", [], "import_errors")
    assert deployed.require(attempts=1) == ["a", "b"]


def test_an_airflow_that_refuses_is_not_an_airflow_without_dags() -> None:
    deployed = Deployed()
    deployed.answers("/dags", [], "dags", status=403)
    with pytest.raises(PlatformError, match="returned status 403 for /dags"):
        deployed.require(attempts=1)
