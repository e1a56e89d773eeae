"""Objects of jobs: inputs brought to local folders, outputs put back."""

import json
import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from botocore.exceptions import ClientError

from local.executors.jobs import JobFailedError


@dataclass(frozen=True)
class StoredObject:
    """An object, and its path relative to the prefix it was found under."""

    bucket: str
    key: str
    etag: str
    relative: str


@dataclass(frozen=True)
class Objects:
    """The S3 of the executors; what was fetched once is linked, not fetched again."""

    client: Any
    cache: Path

    def find(self, uri: str, data_type: str = "S3Prefix") -> Sequence[StoredObject]:
        """The objects that SageMaker's S3DataType means; raises JobFailedError when there are none."""
        found = list(self._manifest(uri)) if data_type == "ManifestFile" else self.listing(uri)
        if not found:
            raise JobFailedError(f"no objects under {uri} ({data_type})")
        return found

    def fetch(self, stored: StoredObject, target: Path) -> Path:
        """Bring one object to a path, by link from the cache."""
        cached = self.cache / f"{stored.etag}-{Path(stored.key).name}"
        if not cached.exists():
            self.cache.mkdir(parents=True, exist_ok=True)
            part = cached.with_suffix(f".{os.getpid()}.{id(stored)}.part")
            self.client.download_file(stored.bucket, stored.key, str(part))
            part.replace(cached)
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.link(cached, target)
        return target

    def fetch_all(self, uri: str, target: Path, data_type: str = "S3Prefix") -> Sequence[Path]:
        """Bring all objects of a location below a folder."""
        return [self.fetch(stored, target / stored.relative) for stored in self.find(uri, data_type)]

    def fetch_uri(self, uri: str, target: Path) -> Path:
        """Bring the one object of a URI to a path."""
        bucket, key = split(uri)
        return self.fetch(self._head(bucket, key), target)

    def put(self, path: Path, uri: str) -> None:
        """Put a file at a URI."""
        bucket, key = split(uri)
        self.client.upload_file(str(path), bucket, key)

    def put_archive(self, folder: Path, uri: str, scratch: Path) -> None:
        """Put a folder's content at a URI as `.tar.gz`."""
        archive = scratch / "archive.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=1) as opened:
            opened.add(folder, ".")
        self.put(archive, uri)

    def listing(self, uri: str) -> Sequence[StoredObject]:
        """The objects whose key starts with that of the URI; none is no error."""
        bucket, prefix = split(uri)
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        items = [item for page in pages for item in page.get("Contents", [])]
        return [
            StoredObject(
                bucket,
                item["Key"],
                item["ETag"].strip('"'),
                item["Key"].removeprefix(prefix).lstrip("/") or Path(item["Key"]).name,
            )
            for item in items
        ]

    def _manifest(self, uri: str) -> Iterator[StoredObject]:
        bucket, key = split(uri)
        head, *names = json.loads(self.client.get_object(Bucket=bucket, Key=key)["Body"].read())
        bucket, prefix = split(head["prefix"])
        for name in names:
            found = self._head(bucket, prefix + name)
            yield StoredObject(found.bucket, found.key, found.etag, name)

    def _head(self, bucket: str, key: str) -> StoredObject:
        try:
            etag = self.client.head_object(Bucket=bucket, Key=key)["ETag"].strip('"')
        except ClientError as error:
            raise JobFailedError(f"s3://{bucket}/{key} cannot be read: {error}") from error
        return StoredObject(bucket, key, etag, Path(key).name)


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` URI; raises JobFailedError for anything else."""
    parsed = urlparse(uri)
    if parsed.scheme != "s3" or not parsed.netloc:
        raise JobFailedError(f"{uri!r} is not an S3 location; allowed is s3://bucket/key")
    return parsed.netloc, parsed.path.lstrip("/")
