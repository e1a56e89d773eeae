from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.contracts.tables import ContractError
from jobs.contracts.training import TRANSFORM_PAYLOAD_MB
from jobs.spark.manifests import manifest, write_manifests
from jobs.spark.storage import DataFile


def test_files_are_relative_to_their_common_folder() -> None:
    paths = ["s3://b/t/data/split=train/1.parquet", "s3://b/t/data/split=train/2.parquet"]

    assert manifest(paths) == [{"prefix": "s3://b/t/data/split=train/"}, "1.parquet", "2.parquet"]


def test_files_of_different_folders_keep_their_paths() -> None:
    paths = ["s3://b/t/data/x/1.parquet", "s3://b/t/data/y/x/2.parquet"]

    assert manifest(paths) == [{"prefix": "s3://b/t/data/"}, "x/1.parquet", "y/x/2.parquet"]


def test_folders_that_agree_after_they_differed_are_not_common() -> None:
    paths = ["s3://b/t/1a/split=train/1.parquet", "s3://b/t/2b/split=train/2.parquet"]

    assert manifest(paths) == [{"prefix": "s3://b/t/"}, "1a/split=train/1.parquet", "2b/split=train/2.parquet"]


def test_one_file_is_relative_to_its_folder() -> None:
    assert manifest(["s3://b/t/data/1.parquet"]) == [{"prefix": "s3://b/t/data/"}, "1.parquet"]


def test_a_manifest_without_files_is_refused() -> None:
    with pytest.raises(ContractError, match="a manifest names no file; allowed is at least one"):
        manifest([])


_FOLDERS = st.lists(st.sampled_from(["a", "b", "a=1"]), max_size=4)


@given(st.lists(st.tuples(_FOLDERS, st.sampled_from(["1.parquet", "2.parquet"])), min_size=1, max_size=4))
def test_prefix_and_names_give_the_paths_again(files: list[tuple[list[str], str]]) -> None:
    paths = ["/".join(("s3://bucket", *folders, name)) for folders, name in files]

    prefix, *names = manifest(paths)

    assert isinstance(prefix, dict)
    assert [prefix["prefix"] + str(name) for name in names] == paths


def test_a_file_to_score_that_no_request_can_hold_is_refused(
    spark: SparkSession, mount_bucket: Callable[[str], Path]
) -> None:
    bucket = mount_bucket("manifests")
    largest = TRANSFORM_PAYLOAD_MB * 1_000_000
    fits, too_large = (DataFile("s3://b/1.parquet", 1, size) for size in (largest, largest + 1))
    with pytest.raises(ContractError, match=r"file s3://b/1.parquet to score has 100000001 bytes, .* allows 100 MB"):
        write_manifests(spark, "s3://manifests/run", files={"score": [too_large]}, summary={})
    assert list(bucket.iterdir()) == []

    write_manifests(spark, "s3://manifests/run", files={"score": [fits], "train": [too_large]}, summary={})

    assert (bucket / "run" / "dataset.json").exists()
