"""Requests of MLflow's own client, held against the documented rules of AWS's common rule set."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2 as elb
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template
from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository

from infra.environments import PROD
from infra.names import PlatformNames
from infra.tracking.firewall import TrackingFirewall

#: The documentation names `.log` and `.ini` as examples; the others are OWASP's list, on which the rule is based.
_RESTRICTED = re.compile(r"\.(log|ini|bak|backup|cfg|conf|config|dat|db|inc|key|old|sql|swp|sys)\b")
_ROOT = "/api/2.0/mlflow-artifacts/artifacts"


def matching_rules(uri: str, agent: str | None) -> set[str]:
    """The rules of the common rule set for paths, arguments and headers that match a request."""
    parts = urlsplit(uri)
    matches = {
        "NoUserAgent_HEADER": not agent,
        "SizeRestrictions_URIPATH": len(parts.path) > 1024,
        "SizeRestrictions_QUERYSTRING": len(parts.query) > 2048,
        "RestrictedExtensions_URIPATH": _RESTRICTED.search(parts.path) is not None,
        "RestrictedExtensions_QUERYARGUMENTS": _RESTRICTED.search(parts.query) is not None,
        "GenericLFI_URIPATH": "../" in parts.path,
        "GenericLFI_QUERYARGUMENTS": "../" in parts.query,
        "EC2MetaDataSSRF_QUERYARGUMENTS": "169.254.169.254" in parts.query,
    }
    return {rule for rule, is_match in matches.items() if is_match}


@pytest.fixture(scope="module")
def counted() -> set[str]:
    """The rules of the common rule set that only count."""
    stack = cdk.Stack()
    arn = "arn:aws:elasticloadbalancing:us-east-1:333333333333:loadbalancer/app/mlflow/0123456789abcdef"
    group = "sg-0123456789abcdef0"
    balancer = elb.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack, "Balancer", load_balancer_arn=arn, security_group_id=group
    )
    key = kms.Key(stack, "Key")
    names, retention = PlatformNames.of(PROD), PROD.retention
    TrackingFirewall(stack, "Firewall", names=names, retention=retention, balancer=balancer, log_key=key)
    (acl,) = Template.from_stack(stack).find_resources("AWS::WAFv2::WebACL").values()
    group = acl["Properties"]["Rules"][0]["Statement"]["ManagedRuleGroupStatement"]
    assert group["Name"] == "AWSManagedRulesCommonRuleSet"
    overrides = group["RuleActionOverrides"]
    assert all(each["ActionToUse"] == {"Count": {}} for each in overrides)
    return {each["Name"] for each in overrides}


@pytest.fixture(scope="module")
def received() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """The address of a server, and the URI and user agent of each request to it."""
    requests: list[tuple[str, str | None]] = []

    class Recorder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            requests.append((self.path, self.headers["User-Agent"]))
            self.send_response(200)
            self.send_header("Content-Length", "13")
            self.end_headers()
            self.wfile.write(b'{"files": []}')

        def do_PUT(self) -> None:
            self.do_GET()

        def do_DELETE(self) -> None:
            self.do_GET()

        def log_message(self, *args: object) -> None:
            """Print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["train.log", "settings.ini", "model.db", "report.html"])
def test_artifacts_pass_whatever_their_names(
    name: str, tmp_path: Path, counted: set[str], received: tuple[str, list[tuple[str, str | None]]]
) -> None:
    url, requests = received
    requests.clear()
    artifact = tmp_path / name
    artifact.write_text("1")
    repository: Any = MlflowArtifactsRepository(f"{url}{_ROOT}/1/0123456789abcdef/artifacts", tracking_uri=url)
    repository.log_artifact(str(artifact))
    repository.list_artifacts(name)
    repository.delete_artifacts(name)
    assert [uri for uri, _ in requests if name in uri]
    for uri, agent in requests:
        assert matching_rules(uri, agent) <= counted


def test_the_log_of_a_training_matches_the_rule_that_counts(counted: set[str]) -> None:
    by_path = matching_rules(f"{_ROOT}/1/0123456789abcdef/artifacts/train.log", "mlflow")
    by_argument = matching_rules("/get-artifact?path=train.log", "mlflow")
    assert by_path | by_argument == {"RestrictedExtensions_URIPATH", "RestrictedExtensions_QUERYARGUMENTS"} & counted


def test_the_metrics_of_the_most_runs_that_one_chart_compares_pass(counted: set[str]) -> None:
    """MLflow's page asks for the metrics of a hundred runs in one query, the most that its server accepts."""
    runs = "&".join(f"run_id={number:032x}" for number in range(100))
    uri = f"/ajax-api/2.0/mlflow/metrics/get-history-bulk?metric_key=auc&{runs}"
    assert matching_rules(uri, "Mozilla/5.0") == {"SizeRestrictions_QUERYSTRING"} & counted


def test_attacks_are_blocked(counted: set[str]) -> None:
    assert not matching_rules(f"{_ROOT}/../../etc/passwd", None) & counted
    assert not matching_rules("/get-artifact?path=../../etc/passwd", "curl") & counted
