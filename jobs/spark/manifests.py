"""SageMaker manifest files, which list the files of a snapshot as input of a training or transform job."""

from collections.abc import Mapping, Sequence

from pyspark.sql import SparkSession

from jobs.spark.objects import write_json


def manifest(paths: Sequence[str]) -> list[object]:
    """The content of a manifest: the common folder as prefix, then each file relative to it."""
    folder = _common_folder(paths)
    return [{"prefix": folder}, *(path.removeprefix(folder) for path in paths)]


def write_manifests(
    spark: SparkSession, output: str, *, files: Mapping[str, Sequence[str]], summary: Mapping[str, object]
) -> None:
    """Write `<split>.manifest` for each split, then `dataset.json`, which marks the data set as complete."""
    folder = output.rstrip("/")
    for split, paths in files.items():
        write_json(spark, f"{folder}/{split}.manifest", manifest(paths))
    write_json(spark, f"{folder}/dataset.json", summary)


def _common_folder(paths: Sequence[str]) -> str:
    folders = [path.split("/")[:-1] for path in paths]
    common = [parts[0] for parts in zip(*folders, strict=False) if len(set(parts)) == 1]
    return "/".join((*common, ""))
