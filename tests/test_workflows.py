import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.environments import ENVIRONMENTS
from infra.names import PlatformNames
from jobs.contracts.time_limits import DEPLOYMENT_MINUTES, WORKFLOW_MINUTES

ROOT = Path(__file__).parents[1]
WORKFLOWS = {path.name: path.read_text() for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}
DOCUMENTS: dict[str, dict[Any, Any]] = {name: yaml.safe_load(text) for name, text in WORKFLOWS.items()}
#: YAML 1.1 parses the key `on` as the boolean true.
ON = True
NAMES = sorted(WORKFLOWS)
READS = {"contents": "read"}
IDENTITY = {"contents": "read", "id-token": "write"}
CREDENTIALS = "aws-actions/configure-aws-credentials@"


def jobs(name: str) -> dict[str, dict[str, Any]]:
    """Return the jobs of a workflow by their ID."""
    return dict(DOCUMENTS[name]["jobs"])


def steps() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return each step of all workflows with its workflow's file name and its job."""
    return [(name, job, step) for name in NAMES for job in jobs(name).values() for step in job.get("steps", [])]


def targets() -> set[str]:
    """Return the targets that `make help` lists."""
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.M))


def test_these_are_all_workflows() -> None:
    assert NAMES == ["deploy-environment.yml", "deploy.yml", "drift.yml", "pull-request.yml"]


@pytest.mark.parametrize("name", NAMES)
def test_no_secret_is_used_and_code_from_forks_gets_no_permissions(name: str) -> None:
    assert "secrets" not in WORKFLOWS[name]
    assert "access-key" not in WORKFLOWS[name]
    assert "pull_request_target" not in DOCUMENTS[name][ON]


@pytest.mark.parametrize("name", NAMES)
def test_a_job_has_an_identity_only_where_it_uses_one(name: str) -> None:
    assert DOCUMENTS[name]["permissions"] == READS
    for job in jobs(name).values():
        assumes = "uses" in job or any(CREDENTIALS in step.get("uses", "") for step in job.get("steps", []))
        assert job.get("permissions", READS) == (IDENTITY if assumes else READS)


@pytest.mark.parametrize("name", NAMES)
def test_jobs_end_and_do_not_run_into_one_another(name: str) -> None:
    document = DOCUMENTS[name]
    assert "workflow_call" in document[ON] or document["concurrency"]["group"]
    assert all(job.get("timeout-minutes", 0) <= WORKFLOW_MINUTES for job in jobs(name).values())
    assert all("timeout-minutes" in job or "uses" in job for job in jobs(name).values())


def test_actions_are_pinned_by_commit_with_their_version_beside() -> None:
    for text in WORKFLOWS.values():
        for used in re.findall(r"uses: (\S.*)", text):
            assert used.startswith("./") or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used)


def test_every_command_is_a_make_target_without_workflow_expressions() -> None:
    commands = [step["run"] for _, _, step in steps() if "run" in step]
    assert commands
    for command in commands:
        assert "${{" not in command
        assert re.fullmatch(r'make ([a-z-]+)( ENV="\$ENV")?( OPTIONS=("[^"]*"|\S+))?', command)
        assert command.split()[1] in targets()
        # Make takes no argument from the environment: without ENV, these would work on dev.
        assert ('ENV="$ENV"' in command) == (command.split()[1] in ("deploy", "diff", "drift"))


def test_checkouts_leave_no_token_behind() -> None:
    checkouts = [step for _, _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 5
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize(
    ("name", "context", "purpose"),
    [
        ("pull-request.yml", "matrix", "compare"),
        ("drift.yml", "matrix", "compare"),
        ("deploy-environment.yml", "inputs", "deploy"),
    ],
)
def test_jobs_assume_the_role_that_the_delivery_stack_makes(name: str, context: str, purpose: str) -> None:
    (step,) = (step for workflow, _, step in steps() if workflow == name and CREDENTIALS in step.get("uses", ""))
    for config in ENVIRONMENTS.values():
        role = step["with"]["role-to-assume"]
        for field, value in (
            ("account", config.account),
            ("environment", config.environment),
            ("region", config.region),
        ):
            role = role.replace(f"${{{{ {context}.{field} }}}}", value)
        assert role == PlatformNames.of(config).role_arn(purpose)
    assert step["with"]["allowed-account-ids"] == f"${{{{ {context}.account }}}}"


def test_the_session_lasts_as_long_as_the_job_may() -> None:
    (job,) = jobs("deploy-environment.yml").values()
    (step,) = (step for step in job["steps"] if CREDENTIALS in step.get("uses", ""))
    assert step["with"]["role-duration-seconds"] == job["timeout-minutes"] * 60
    assert job["timeout-minutes"] == DEPLOYMENT_MINUTES


@pytest.mark.parametrize("name", [name for name in NAMES if name != "deploy.yml"])
def test_environments_are_placed_by_the_variables_that_the_app_reads(name: str) -> None:
    settings = ("ACCOUNT", "REGION", "ZONES", "EMAIL", "HOST", "CERTIFICATE_ARN", "CA_BUNDLE")
    variables = [f"PLATFORM_{each.upper()}_{setting}" for each in ENVIRONMENTS for setting in settings]
    expected = {variable: f"${{{{ vars.{variable} }}}}" for variable in variables}
    assert DOCUMENTS[name]["env"] == {"PLATFORM_REPOSITORY": "${{ github.repository }}", **expected}


def test_a_commit_is_promoted_through_every_environment_in_order() -> None:
    promoted = jobs("deploy.yml")
    assert list(promoted) == list(ENVIRONMENTS)
    for before, name in zip([None, *ENVIRONMENTS], ENVIRONMENTS, strict=False):
        assert promoted[name].get("needs") == before
        assert promoted[name]["with"]["environment"] == name
        assert promoted[name]["uses"] == "./.github/workflows/deploy-environment.yml"
    (job,) = jobs("deploy-environment.yml").values()
    assert job["environment"] == "${{ inputs.environment }}"
    assert DOCUMENTS["deploy.yml"]["concurrency"] == {"group": "deploy", "cancel-in-progress": False}


@pytest.mark.parametrize(("name", "job"), [("pull-request.yml", "diff"), ("drift.yml", "drift")])
def test_every_environment_is_compared(name: str, job: str) -> None:
    rows = jobs(name)[job]["strategy"]["matrix"]["include"]
    assert [row["environment"] for row in rows] == list(ENVIRONMENTS)
    for row in rows:
        for field in ("account", "region"):
            assert row[field] == f"${{{{ vars.PLATFORM_{row['environment'].upper()}_{field.upper()} }}}}"
