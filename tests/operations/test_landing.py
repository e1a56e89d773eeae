from pathlib import Path
from typing import Any

import pytest

from jobs import pipelines
from jobs.contracts.pipeline import pipeline_names
from jobs.contracts.tables import ContractError
from operations.landing import land_files, read_files


class Bucket:
    def __init__(self) -> None:
        self.objects: list[dict[str, Any]] = []

    def put_object(self, **request: Any) -> None:
        self.objects.append(request)


def test_files_are_uploaded_unchanged_under_their_keys() -> None:
    bucket = Bucket()

    count = land_files(bucket, "landing", {"meters/a.csv": b"1", "meters/b.csv": b"2"})

    assert count == 2
    assert bucket.objects == [
        {"Bucket": "landing", "Key": "meters/a.csv", "Body": b"1"},
        {"Bucket": "landing", "Key": "meters/b.csv", "Body": b"2"},
    ]


def test_an_unknown_pipeline_is_named_with_the_known_ones() -> None:
    with pytest.raises(ContractError, match="unknown pipeline 'unknown'; pipelines are"):
        read_files("unknown", "2013-01", "2013-01")


def test_a_partition_of_another_grain_is_refused_before_files_are_made() -> None:
    with pytest.raises(ContractError, match="allowed is"):
        read_files(pipeline_names()[0], "2013", "2013")


def test_a_pipeline_without_example_data_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "without_data"
    folder.mkdir()
    (folder / "__init__.py").touch()
    declaration = "from tests.sample_pipelines import sample_pipeline\nPIPELINE = sample_pipeline('without_data')\n"
    (folder / "pipeline.py").write_text(declaration)
    monkeypatch.setattr(pipelines, "__path__", [str(tmp_path)])

    with pytest.raises(ContractError, match=r"without_data has no example data; define landing_files"):
        read_files("without_data", "2013-01-01", "2013-01-02")
