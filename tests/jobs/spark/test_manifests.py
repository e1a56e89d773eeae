from jobs.spark.manifests import manifest


def test_files_are_relative_to_their_common_folder() -> None:
    paths = ["s3://b/t/data/split=train/1.parquet", "s3://b/t/data/split=train/2.parquet"]

    assert manifest(paths) == [{"prefix": "s3://b/t/data/split=train/"}, "1.parquet", "2.parquet"]


def test_files_of_different_folders_keep_their_paths() -> None:
    paths = ["s3://b/t/data/x/1.parquet", "s3://b/t/data/y/x/2.parquet"]

    assert manifest(paths) == [{"prefix": "s3://b/t/data/"}, "x/1.parquet", "y/x/2.parquet"]
