import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.assembly import Assembly
from checks.baselines import feature_schema, field_ids, replacement
from checks.baselines.pipeline_files import FILES, committed, require_baselines
from checks.baselines.table_templates import table_findings
from common.errors import PlatformError
from generator.create import create_pipeline
from infra.environments import DEV, ENVIRONMENTS
from infra.names import PlatformNames
from jobs.contracts.pipeline import load_pipelines
from jobs.contracts.tables import Zone
from tests.jobs.pipeline_check.folders import pipelines_at

TABLE = {"Type": "AWS::DynamoDB::Table", "TableName": "state"}
MISSING = "run `make baseline` and commit what it writes"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a new pipeline, which is the only one; the baselines of the platform are in a temporary place."""
    create_pipeline("meters", None, tmp_path)
    monkeypatch.setattr(replacement, "_BASELINE", tmp_path / "identities")
    with pipelines_at(tmp_path / "jobs" / "pipelines") as root:
        yield root / "meters"


def identities(environment: str) -> replacement.Identities:
    return {f"mlops-{environment}-{stack}/Table": TABLE for stack in ("data", "pipeline-meters")}


def write_all() -> None:
    (pipeline,) = load_pipelines()
    feature_schema.write_schema_baseline(pipeline)
    field_ids.write_field_id_baseline(pipeline)
    replacement.write_baselines({name: identities(name) for name in ENVIRONMENTS})


def test_a_new_pipeline_has_lost_nothing(folder: Path) -> None:
    assert all(committed(file) == {} for file in FILES)
    assert replacement.replacements(replacement.baseline("dev"), identities("dev")) == []
    assert replacement.of_known_pipelines("dev", identities("dev")) == {"mlops-dev-data/Table": TABLE}


def test_a_table_needs_committed_ids_as_soon_as_its_pipeline_has_some(folder: Path) -> None:
    (pipeline,) = load_pipelines()
    name = pipeline.sources[0].name
    table = {"Schema": {"Fields": [{"Id": 1, "Name": "other", "Type": "string"}]}}
    properties = {
        "DatabaseName": PlatformNames.of(DEV).database("meters", Zone.RAW),
        "Name": name,
        "OpenTableFormatInput": {"IcebergInput": {"IcebergTableInput": table}},
    }
    template = {"Resources": {"Table": {"Type": "AWS::Glue::Table", "Properties": properties}}}
    assembly = Assembly(config=DEV, templates={"pipeline-meters": template}, images={})
    assert list(table_findings(assembly)) == []
    (folder / "baseline").mkdir()
    (folder / "baseline" / "field_ids.json").write_text("{}")
    (found,) = table_findings(assembly)
    assert found.what == f"table meters/raw/{name}: its field ids are not committed; run `make baseline`"


def test_a_deployment_needs_every_file_and_names_the_command(folder: Path) -> None:
    with pytest.raises(PlatformError, match=rf"^missing baselines: jobs/pipelines/meters/baseline/.*{MISSING}$"):
        require_baselines()
    write_all()
    require_baselines()
    (folder / "baseline" / FILES[0]).unlink()
    with pytest.raises(PlatformError, match=rf"^missing baselines: jobs/pipelines/meters/baseline/{FILES[0]}; a later"):
        require_baselines()


def test_the_files_of_a_pipeline_have_all_of_it_and_those_of_the_platform_nothing(folder: Path) -> None:
    write_all()
    assert sorted(path.name for path in (folder / "baseline").iterdir()) == sorted(FILES)
    for name in ENVIRONMENTS:
        path = folder.parents[2] / "identities" / f"{name}.json"
        assert json.loads(path.read_text()) == {f"mlops-{name}-data/Table": TABLE}
        assert replacement.baseline(name) == identities(name)
    lost = replacement.replacements(replacement.baseline("dev"), {"mlops-dev-data/Table": TABLE})
    assert [str(each) for each in lost] == ["mlops-dev-pipeline-meters/Table: Type becomes removed"]


def test_writing_again_changes_nothing(folder: Path) -> None:
    write_all()
    before = {path: path.read_bytes() for path in folder.rglob("*.json")}
    write_all()
    assert {path: path.read_bytes() for path in folder.rglob("*.json")} == before


def test_a_removed_pipeline_leaves_nothing(folder: Path) -> None:
    write_all()
    shutil.rmtree(folder)
    assert feature_schema.schema_baseline() == {}
    assert field_ids.field_id_baseline() == {}
    assert replacement.baseline("dev") == {"mlops-dev-data/Table": TABLE}
    require_baselines()
