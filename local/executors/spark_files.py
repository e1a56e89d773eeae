"""The `s3://` file system of a local Spark step: folders that hold copies of its inputs and receive its outputs.

PySpark has no file system for S3. Hadoop's `ViewFileSystemOverloadScheme` serves the scheme from one folder per bucket.
Tables do not take this path: Iceberg has a client for S3 of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.executors.jobs import JobFailedError
from local.executors.objects import Objects, split

#: Suffix of the checksum that Hadoop's local file system writes beside each file.
_CHECKSUM = ".crc"
_HADOOP = "org.apache.hadoop.fs"


@dataclass(frozen=True, kw_only=True)
class SparkFiles:
    """One folder per bucket, and the files in them with their times of change before the step."""

    objects: Objects
    buckets: Mapping[str, Path]
    inputs: Mapping[Path, int]

    @classmethod
    def of_step(cls, objects: Objects, arguments: Sequence[str], root: Path) -> "SparkFiles":
        """Create the folders and download the objects at the `s3://` URIs among the arguments."""
        buckets = {bucket: root / bucket for bucket in objects.buckets()}
        for folder in buckets.values():
            folder.mkdir(parents=True)
        for uri in (argument for argument in arguments if argument.startswith("s3://")):
            bucket, prefix = split(uri)
            if bucket not in buckets:
                raise JobFailedError(f"argument {uri}: no such bucket; buckets are {', '.join(sorted(buckets))}")
            found = objects.listing(uri)
            if prefix not in {stored.key for stored in found}:
                (buckets[bucket] / prefix).mkdir(parents=True, exist_ok=True)
            for stored in found:
                objects.copy(stored, buckets[bucket] / stored.key)
        return cls(objects=objects, buckets=buckets, inputs=dict(_times(buckets.values())))

    @property
    def conf(self) -> dict[str, str]:
        """The Spark settings that mount the folders."""
        mounts = {
            f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback": folder.as_uri()
            for bucket, folder in self.buckets.items()
        }
        return {
            "spark.hadoop.fs.s3.impl": f"{_HADOOP}.viewfs.ViewFileSystemOverloadScheme",
            "spark.hadoop.fs.viewfs.overload.scheme.target.file.impl": f"{_HADOOP}.LocalFileSystem",
            **mounts,
        }

    def upload(self) -> None:
        """Put the files that the step wrote to S3 in the order in which it wrote them."""
        written = [(time, path) for path, time in _times(self.buckets.values()) if self.inputs.get(path) != time]
        for _, path in sorted(written):
            bucket, folder = next(each for each in self.buckets.items() if path.is_relative_to(each[1]))
            self.objects.put(path, f"s3://{bucket}/{path.relative_to(folder).as_posix()}")


def _times(folders: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    for folder in folders:
        files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != _CHECKSUM)
        yield from ((path, path.stat().st_mtime_ns) for path in files)
