"""SageMaker manifest files, which list the files of a snapshot as input of a training or transform job."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from pyspark.sql import SparkSession

from jobs.contracts.columns import SCORE
from jobs.contracts.tables import ContractError
from jobs.contracts.training import TRANSFORM_PAYLOAD_MB
from jobs.spark.objects import write_json
from jobs.spark.storage import DataFile


def manifest(paths: Sequence[str]) -> list[object]:
    """The content of a manifest: the common folder as prefix, then each file relative to it.

    Raises ContractError when there is no file, because a prefix alone names every object below it.
    """
    if not paths:
        raise ContractError("a manifest names no file; allowed is at least one")
    folders = [path.split("/")[:-1] for path in paths]
    common = takewhile(lambda parts: len(set(parts)) == 1, zip(*folders, strict=False))
    folder = "/".join((*(parts[0] for parts in common), ""))
    return [{"prefix": folder}, *(path.removeprefix(folder) for path in paths)]


def write_manifests(
    spark: SparkSession, output: str, *, files: Mapping[str, Sequence[DataFile]], summary: Mapping[str, object]
) -> None:
    """Write `<split>.manifest` for each split, then `dataset.json`, which marks the data set as complete.

    Raises ContractError, before anything is written, when a file to score is larger than a request to the container.
    """
    _require_payload(files.get(SCORE, ()))
    manifests = {split: manifest([file.path for file in listed]) for split, listed in files.items()}
    folder = output.rstrip("/")
    for split, content in manifests.items():
        write_json(spark, f"{folder}/{split}.manifest", content)
    write_json(spark, f"{folder}/dataset.json", summary)


def _require_payload(files: Sequence[DataFile]) -> None:
    for file in files:
        if file.bytes > TRANSFORM_PAYLOAD_MB * 1_000_000:
            raise ContractError(
                f"file {file.path} to score has {file.bytes} bytes, the batch transform sends a file in one request "
                f"and allows {TRANSFORM_PAYLOAD_MB} MB; score fewer partitions in a run"
            )
