import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from common.errors import PlatformError
from operations import revisions
from operations.revisions import compare_templates

SYNTHESIS = """
import json, pathlib, sys
for environment in sys.argv[2:]:
    folder = pathlib.Path("cdk.out", environment)
    folder.mkdir(parents=True)
    properties = json.loads(pathlib.Path("properties.json").read_text())
    text = json.dumps({"Resources": {"Raw": {"Type": "AWS::S3::Bucket", "Properties": properties}}})
    (folder / "data.template.json").write_text(text)
"""


def git(repository: Path, *arguments: str) -> str:
    author = {f"GIT_{role}_{what}": "a@b" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", *arguments], cwd=repository, env={**os.environ, **author}, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose `cli synth` writes one bucket; a file of the working tree gives it another name."""
    root, temporary = tmp_path / "repository", tmp_path / "temporary"
    (root / "cli").mkdir(parents=True)
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (root / "cli" / "__main__.py").write_text(SYNTHESIS)
    (root / "properties.json").write_text(json.dumps({"BucketName": "old"}))
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Start")
    (root / "properties.json").write_text(json.dumps({"BucketName": "new"}))
    return root


def leftovers(repository: Path) -> tuple[list[Path], list[str]]:
    """The temporary files, and the worktrees beside the repository's own."""
    temporary = Path(tempfile.gettempdir())
    return list(temporary.iterdir()), git(repository, "worktree", "list").splitlines()[1:]


def test_the_revision_is_compared_with_the_working_tree_and_leaves_nothing_behind(repository: Path) -> None:
    (difference,) = compare_templates(repository, "HEAD", ["dev"])
    assert (difference.stack, difference.section, difference.name) == ("dev/data", "Resources", "Raw")
    assert [side["Properties"]["BucketName"] for side in (difference.before, difference.after)] == ["old", "new"]
    assert leftovers(repository) == ([], [])


@pytest.mark.parametrize("base", ["nothing", "", "--all", "HEAD:properties.json"])
def test_what_is_no_revision_is_refused_in_one_sentence(base: str, repository: Path) -> None:
    with pytest.raises(PlatformError, match=r"BASE: received .*; allowed is a commit, branch or tag") as refusal:
        compare_templates(repository, base, ["dev"])
    assert "\n" not in str(refusal.value)


def test_a_synthesis_that_fails_is_reported_and_leaves_nothing_behind(repository: Path) -> None:
    (repository / "properties.json").unlink()
    with pytest.raises(PlatformError, match=r"synthesis in .*repository failed: [\s\S]*properties\.json"):
        compare_templates(repository, "HEAD", ["dev"])
    assert leftovers(repository) == ([], [])


def test_the_revision_is_synthesized_by_the_environments_of_this_checkout(repository: Path) -> None:
    (repository / ".venv").mkdir()
    linked = []

    def synthesize(checkout: Path, environments: Sequence[str]) -> None:
        linked.append((checkout / ".venv").resolve())
        revisions.run_synthesis(checkout, environments)

    compare_templates(repository, "HEAD", ["dev"], synthesize)
    assert linked == [repository / ".venv"] * 2
