"""S3 objects of jobs: inputs are downloaded to local folders, outputs are uploaded."""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from botocore.exceptions import ClientError

from local.executors.jobs import JobFailedError


@dataclass(frozen=True)
class StoredObject:
    """An S3 object and its path relative to the listed prefix."""

    bucket: str
    key: str
    etag: str
    relative: str


@dataclass(frozen=True)
class Objects:
    """Access to S3 with a local cache: an object is downloaded once and hard-linked from then on."""

    client: Any
    cache: Path

    def find(self, uri: str, data_type: str = "S3Prefix") -> Sequence[StoredObject]:
        """Return the objects that a SageMaker S3DataType selects; raises JobFailedError if there are none."""
        objects = list(self._manifest(uri)) if data_type == "ManifestFile" else self.listing(uri)
        if not objects:
            raise JobFailedError(f"no objects under {uri} ({data_type})")
        return objects

    def buckets(self) -> Sequence[str]:
        """Return the names of all buckets."""
        return [bucket["Name"] for bucket in self.client.list_buckets()["Buckets"]]

    def fetch(self, stored: StoredObject, target: Path) -> Path:
        """Hard-link one object from the cache to a path, after downloading it if necessary."""
        cached = self._cached(stored)
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.link(cached, target)
        return target

    def copy(self, stored: StoredObject, target: Path) -> Path:
        """Copy one object to a path; unlike a link to the cache, the copy may be overwritten."""
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(self._cached(stored), target))

    def fetch_all(self, uri: str, target: Path, data_type: str = "S3Prefix") -> Sequence[Path]:
        """Download all objects of a location into a folder and return their paths."""
        return [self.fetch(stored, target / stored.relative) for stored in self.find(uri, data_type)]

    def fetch_uri(self, uri: str, target: Path) -> Path:
        """Download the object at a URI to a path."""
        bucket, key = split(uri)
        return self.fetch(self._head(bucket, key), target)

    def put(self, path: Path, uri: str) -> None:
        """Upload a file to a URI."""
        bucket, key = split(uri)
        self.client.upload_file(str(path), bucket, key)

    def put_archive(self, folder: Path, uri: str, scratch: Path) -> None:
        """Upload the content of a folder to a URI as `.tar.gz`."""
        archive = scratch / "archive.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=1) as opened:
            opened.add(folder, ".")
        self.put(archive, uri)

    def listing(self, uri: str) -> Sequence[StoredObject]:
        """Return the objects whose key starts with the key of the URI, possibly none."""
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

    def _cached(self, stored: StoredObject) -> Path:
        cached = self.cache / f"{stored.etag}-{Path(stored.key).name}"
        if not cached.exists():
            self.cache.mkdir(parents=True, exist_ok=True)
            part = cached.with_suffix(f".{os.getpid()}.{id(stored)}.part")
            self.client.download_file(stored.bucket, stored.key, str(part))
            part.replace(cached)
        return cached

    def _manifest(self, uri: str) -> Iterator[StoredObject]:
        bucket, key = split(uri)
        entries = json.loads(self.client.get_object(Bucket=bucket, Key=key)["Body"].read())
        bucket, prefix = split(entries[0]["prefix"])
        for name in entries[1:]:
            yield replace(self._head(bucket, prefix + name), relative=name)

    def _head(self, bucket: str, key: str) -> StoredObject:
        try:
            etag = self.client.head_object(Bucket=bucket, Key=key)["ETag"].strip('"')
        except ClientError as error:
            raise JobFailedError(f"s3://{bucket}/{key} cannot be read: {error}") from error
        return StoredObject(bucket, key, etag, Path(key).name)


def split(uri: str) -> tuple[str, str]:
    """Return bucket and key of an `s3://` URI; raises JobFailedError for any other URI."""
    parsed = urlparse(uri)
    if parsed.scheme != "s3" or not parsed.netloc:
        raise JobFailedError(f"{uri!r} is not an S3 URI; allowed is s3://bucket/key")
    return parsed.netloc, parsed.path.lstrip("/")
