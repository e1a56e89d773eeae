"""moto in this process: it answers requests of AWS clients and calls of the executors."""

import io
import json
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from local.executors.errors import ServiceError

#: The name of the service in URLs by the prefix of the operation's target.
_SERVICES = {"AWSGlue": "glue", "SageMaker": "sagemaker"}


class MotoBackend:
    """The AWS services that moto emulates in one region."""

    def __init__(self, region: str) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._region = region

    def forward(self, environ: dict[str, Any], body: bytes) -> Response:
        """Return moto's response to a request."""
        chunks, status, headers = run_wsgi_app(self._moto, {**environ, "wsgi.input": io.BytesIO(body)}, buffered=True)
        return Response(b"".join(chunks), status=status, headers=headers)

    def send(self, target: str, document: dict[str, Any]) -> dict[str, Any]:
        """Perform an operation of a JSON service and return its response; raises ServiceError if moto rejects it."""
        service = _SERVICES[target.partition(".")[0]]
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
        host = f"{service}.{self._region}.amazonaws.com"
        response = self._post(service, host, headers, json.dumps(document).encode())
        if response.status_code != 200:
            raise ServiceError("ValidationException", f"{target}: {response.get_data(as_text=True)}")
        content: dict[str, Any] = json.loads(response.get_data() or b"{}")
        return content

    def describe_model(self, name: str) -> dict[str, Any]:
        """Return the description of a SageMaker model; raises ServiceError if it does not exist."""
        return self.send("SageMaker.DescribeModel", {"ModelName": name})

    def has_role(self, arn: str) -> bool:
        """Return whether a role with this ARN exists in IAM."""
        query = f"Action=GetRole&Version=2010-05-08&RoleName={arn.rpartition('/')[2]}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        response = self._post("iam", "iam.amazonaws.com", headers, query.encode())
        return response.status_code == 200 and f"<Arn>{arn}</Arn>" in response.get_data(as_text=True)

    def _post(self, service: str, host: str, headers: dict[str, str], body: bytes) -> Response:
        scope = f"AWS4-HMAC-SHA256 Credential=local/20200101/{self._region}/{service}/aws4_request"
        environ = Request.from_values(
            method="POST", base_url=f"http://{host}/", headers={**headers, "Authorization": scope}, data=body
        ).environ
        return self.forward(environ, body)
