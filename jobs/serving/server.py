"""The SageMaker inference container: `GET /ping` and `POST /invocations` over HTTP."""

import os
import signal
import sys
import threading
import time
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from jobs.contracts.training import JSON_LINES_CONTENT_TYPE
from jobs.serving import content
from jobs.serving.errors import RequestError
from jobs.serving.model import Model, ModelError

#: The largest MaxPayloadInMB of a transform job is 100 (CreateTransformJob).
MAXIMUM_BYTES = 100 << 20
_ALL_INTERFACES = "0.0.0.0"  # noqa: S104 - SageMaker reaches the container from outside its network namespace
#: An idle connection closes after this time, before SageMaker stops the container 30 s after SIGTERM.
_IDLE_SECONDS = 15


class Server(ThreadingHTTPServer):
    """The HTTP server of one model."""

    daemon_threads = False  # closing waits for requests in progress

    def __init__(self, address: tuple[str, int], model: Model) -> None:
        super().__init__(address, Handler)
        self.model = model


class Handler(BaseHTTPRequestHandler):
    """Handler of health checks and invocations."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    server: Server

    def do_GET(self) -> None:
        """Answer a health check with 200, because the server starts only after its model is loaded."""
        if self.path.partition("?")[0] == "/ping":
            self._respond(HTTPStatus.OK, b"", "text/plain")
        else:
            self._reject(HTTPStatus.NOT_FOUND, f"{self.path} is unknown; allowed are GET /ping and POST /invocations")

    def do_POST(self) -> None:
        """Answer an invocation with the predictions for the rows of the body, or with an error message."""
        started = time.monotonic()
        try:
            if self.path.partition("?")[0] != "/invocations":
                raise RequestError(f"{self.path} is unknown; allowed is POST /invocations", HTTPStatus.NOT_FOUND)
            content.require_acceptable(self.headers.get("Accept") or "*/*")
            table = content.read(self._body(), self.headers.get("Content-Type", ""))
            predictions = content.write(self.server.model.predict(table))
        except RequestError as error:
            self._reject(error.status, str(error))
        except Exception as error:  # an unexpected error in one request must not stop the server
            traceback.print_exc()
            self._reject(HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: {error}")
        else:
            self._respond(HTTPStatus.OK, predictions, JSON_LINES_CONTENT_TYPE)
            self.log_message("%s", f"{len(table)} rows in {time.monotonic() - started:.3f} s")

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log every request except health checks, which arrive every few seconds."""
        if not self.path.startswith("/ping"):
            super().log_request(code, size)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding"):
            raise RequestError("Transfer-Encoding is not supported; send Content-Length", HTTPStatus.LENGTH_REQUIRED)
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            raise RequestError(f"Content-Length is {length!r}; send the number of bytes", HTTPStatus.LENGTH_REQUIRED)
        if int(length) > MAXIMUM_BYTES:
            raise RequestError(
                f"the body has {length} bytes, allowed are {MAXIMUM_BYTES}; send fewer rows at a time",
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            )
        return self.rfile.read(int(length))

    def _reject(self, status: HTTPStatus, reason: str) -> None:
        self.close_connection = True  # the body may not have been read
        self._respond(status, f"{reason}\n".encode(), "text/plain; charset=utf-8")

    def _respond(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def main() -> int:
    """Load the model of the container and serve it until SIGTERM."""
    folder = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml")) / "model"
    host, port = os.environ.get("PLATFORM_BIND_HOST", _ALL_INTERFACES), os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080")
    if not port.isdigit():
        sys.exit(f"SAGEMAKER_BIND_TO_PORT is {port!r}; allowed is a port number")
    try:
        server = Server((host, int(port)), Model.load(folder))
    except ModelError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{host}:{port} cannot be bound: {error.strerror}; choose another SAGEMAKER_BIND_TO_PORT")
    # shutdown() waits for serve_forever, which runs in the main thread, so another thread must call it.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    version = server.model.metadata["model_version"]
    sys.stderr.write(f"serving model version {version} on {host}:{server.server_port}\n")
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
