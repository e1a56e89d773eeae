import json
import shutil
from pathlib import Path

import aws_cdk as cdk
import pytest

from common.paths import REPOSITORY
from infra.environments import DEV
from infra.jobs import job_code
from infra.names import PlatformNames

PIPELINE = "jobs/pipelines/meters"


def assets(outdir: Path) -> set[str]:
    """The hashes of the archive, the entry point, the settings and the images, which name what is deployed."""
    app = cdk.App(outdir=str(outdir))
    job_code.JobCode(cdk.Stack(app, "Compute"), "Code", names=PlatformNames.of(DEV), ca_bundle=None)
    app.synth()
    manifest = json.loads((outdir / "Compute.assets.json").read_text())
    files = {key for key, asset in manifest["files"].items() if not asset["displayName"].endswith("Template")}
    return files | set(manifest["dockerImages"])


def test_a_baseline_is_shipped_with_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    shutil.copytree(REPOSITORY / "jobs", source / "jobs", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(job_code, "REPOSITORY", source)
    (source / PIPELINE / "baseline").mkdir(parents=True)
    before = assets(tmp_path / "before")
    (source / PIPELINE / "baseline" / "field_ids.json").write_text("{}")
    assert assets(tmp_path / "baseline") == before
    (source / PIPELINE / "pipeline.py").write_text("PIPELINE = None\n")
    # The archive and both images contain the module.
    assert len(assets(tmp_path / "module") - before) >= 2
