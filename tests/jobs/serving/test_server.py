import http.client
import io
import json
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jobs.contracts.metrics import Problem
from jobs.serving.model import Model
from jobs.serving.server import MAXIMUM_BYTES

from .conftest import RunningServer, free_port, start, wait
from .models import rows, write_model

PARQUET = {"Content-Type": "application/x-parquet", "Accept": "application/jsonlines"}


def parquet(count: int, seed: int = 0) -> bytes:
    body = io.BytesIO()
    pq.write_table(rows(count, seed), body)
    return body.getvalue()


def ask(
    server: RunningServer, body: bytes, headers: dict[str, str], path: str = "/invocations"
) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read().decode()
    finally:
        connection.close()


def test_a_whole_parquet_file_is_scored_in_one_request(server: RunningServer) -> None:
    status, content_type, text = ask(server, parquet(500), PARQUET)
    lines = [json.loads(line) for line in text.splitlines()]
    assert (status, content_type, len(lines)) == (200, "application/jsonlines", 500)
    assert list(lines[0]) == ["reading_id", "probability", "predicted", "threshold", "model_version", "run_id"]
    assert [line["reading_id"] for line in lines] == rows(500)["reading_id"].to_pylist()


@pytest.mark.parametrize("problem", [Problem.MULTICLASS, Problem.REGRESSION])
def test_models_of_other_problems_are_served_too(tmp_path: Path, problem: Problem) -> None:
    port = free_port()
    running = RunningServer(start(write_model(tmp_path, problem), port), port)
    try:
        wait(running)
        status, _, text = ask(running, parquet(20), PARQUET)
    finally:
        running.process.terminate()
        running.process.wait(timeout=30)
    expected = Model.load(tmp_path / "model").predict(rows(20))
    lines = [json.loads(line) for line in text.splitlines()]
    assert status == 200
    assert {name: [line[name] for line in lines] for name in lines[0]} == expected


def test_all_formats_give_the_same_predictions(server: RunningServer) -> None:
    records = rows(20).to_pylist()
    lines = "\n".join(json.dumps(record) for record in records)
    table = "reading_id,use_yesterday,tariff\n" + "\n".join(
        ",".join(str(v) for v in record.values()) for record in records
    )
    answers = {
        ask(server, parquet(20), PARQUET)[2],
        ask(server, json.dumps(records).encode(), {"Content-Type": "application/json"})[2],
        ask(server, lines.encode(), {"Content-Type": "application/jsonlines"})[2],
        ask(server, table.encode(), {"Content-Type": "text/csv"})[2],
    }
    assert len(answers) == 1


def test_requests_side_by_side_get_their_own_rows(server: RunningServer) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = list(pool.map(lambda seed: ask(server, parquet(50, seed), PARQUET)[2], range(8)))
    for seed, text in enumerate(answers):
        assert [json.loads(line)["reading_id"] for line in text.splitlines()] == rows(50, seed)[
            "reading_id"
        ].to_pylist()


@pytest.mark.parametrize(
    ("request_", "status", "message"),
    [
        (
            (b'{"use_yesterday": 1}', {"Content-Type": "application/json"}, "/invocations"),
            400,
            "columns ['reading_id', 'tariff']",
        ),
        ((b"no parquet", PARQUET, "/invocations"), 400, "not a Parquet file"),
        ((b"x", {"Content-Type": "image/png"}, "/invocations"), 415, "content type 'image/png'"),
        ((b"x", {**PARQUET, "Accept": "text/csv"}, "/invocations"), 406, "Accept 'text/csv'"),
        ((b"x", PARQUET, "/elsewhere"), 404, "allowed is POST /invocations"),
    ],
)
def test_a_bad_request_is_answered_with_a_sentence_and_the_server_lives(
    server: RunningServer, request_: tuple[bytes, dict[str, str], str], status: int, message: str
) -> None:
    answered, content_type, text = ask(server, *request_)
    assert (answered, content_type) == (status, "text/plain; charset=utf-8")
    assert message in text
    wait(server)


def test_a_body_that_is_too_large_is_refused_before_it_is_read(server: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        head = f"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: {MAXIMUM_BYTES + 1}\r\n\r\n"
        raw.sendall(head.encode())
        with raw.makefile("rb") as answer:
            text = answer.read().decode()
    assert text.startswith("HTTP/1.1 413")
    assert f"allowed are {MAXIMUM_BYTES}" in text


def test_sigterm_ends_the_server_in_peace(base: Path) -> None:
    port = free_port()
    process = start(base, port)
    wait(RunningServer(process, port))
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"serving model version 7 on 127.0.0.1:{port}" in errors


def test_a_server_that_cannot_start_says_why(base: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        busy = start(base, port)
        _, reason = busy.communicate(timeout=60)
    assert busy.returncode == 1
    assert f"127.0.0.1:{port} cannot be bound" in reason
    empty = start(tmp_path, free_port())
    _, reason = empty.communicate(timeout=60)
    assert empty.returncode == 1
    assert "lacks ['model.onnx', 'signature.json', 'metadata.json']" in reason
