"""Rehearse the teardown of one environment while another one of the same account and region stays."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.errors import PlatformError
from operations.rehearsal.command_line import CommandLine
from operations.teardown.account import Account
from operations.teardown.leftovers import stack_names
from operations.teardown.procedure import Stacks, tear_down

#: Services that the emulator lacks, so they contain nothing; teardown looks for running work in them.
_ABSENT = ("emr-serverless", "sagemaker")
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """What an environment has in its account: stacks and their resources, stored objects, and tags of images."""

    stacks: int
    resources: int
    objects: int
    images: int

    def __str__(self) -> str:
        return f"{self.stacks} stacks, {self.resources} resources, {self.objects} objects, {self.images} images"


class _Nothing:
    """The client of a service without any resource; operations that would change one do not exist."""

    def get_paginator(self, _: str) -> "_Nothing":
        return self

    def paginate(self, **_: Any) -> Iterator[Mapping[str, list[Any]]]:
        yield defaultdict(list)


def with_absent_services(account: Account) -> Account:
    """Return the account with an empty answer of the services that the emulator lacks."""

    def client(service: str) -> Any:
        return _Nothing() if service in _ABSENT else account.client(service)

    return Account(names=account.names, client=client, pause=account.pause)


def add_content(account: Account, assembly: Path) -> None:
    """Put an object into each bucket of the environment, and its container images into the bootstrap's registry.

    The rehearsal builds no image: a manifest stands for each.
    """
    for bucket in _buckets(account):
        account.client("s3").put_object(Bucket=bucket, Key="content", Body=account.prefix.encode())
    for manifest in assembly.glob("*.assets.json"):
        for image in json.loads(manifest.read_text()).get("dockerImages", {}).values():
            for target in image["destinations"].values():
                account.client("ecr").put_image(
                    repositoryName=target["repositoryName"],
                    imageTag=target["imageTag"],
                    imageManifest=json.dumps({"schemaVersion": 2, "mediaType": _MANIFEST, "tag": target["imageTag"]}),
                    imageManifestMediaType=_MANIFEST,
                )


def inventory(account: Account) -> Inventory:
    """Count what the environment has in its account."""
    names, stacks = account.names, stack_names(account)
    versions = [each for bucket in _buckets(account) for each in _versions(account, bucket, "")]
    tags = account.pages("ecr", "list_images", "imageIds", repositoryName=names.images_repository)
    return Inventory(
        stacks=len(stacks),
        resources=sum(len(_resources(account, stack)) for stack in stacks),
        objects=len([*versions, *_versions(account, names.assets_bucket, names.asset_folder)]),
        images=sum(each.get("imageTag", "").startswith(names.image_tag_prefix) for each in tags),
    )


def take_down(cli: CommandLine, assembly: Path, account: Account) -> Counter[str]:
    """Remove the environment with its data as `make teardown` does; returns the count of each step."""

    def cdk(action: str, *options: str) -> bool:
        cli.run(action, assembly, *options)
        return True

    stacks = Stacks(
        release=lambda names: cdk("deploy", *names, "--exclusively", "--require-approval", "never"),
        destroy=lambda names: cdk("destroy", *names, "--exclusively", "--force"),
    )
    counts = Counter[str]()
    for name, count in tear_down(with_absent_services(account), stacks, deletes_data=True):
        counts[name] += count
    return counts


def require_untouched(other: Account, before: Inventory, removed: Account) -> None:
    """Raise PlatformError unless nothing of `removed` is left and `other` has what it had before."""
    nothing = Inventory(stacks=0, resources=0, objects=0, images=0)
    for account, expected in ((removed, nothing), (other, before)):
        found = inventory(account)
        if found != expected:
            raise PlatformError(
                f"teardown of {removed.names.prefix}: {account.names.prefix} has {found}; expected is {expected}"
            )


def _buckets(account: Account) -> list[str]:
    buckets = [each["Name"] for each in account.client("s3").list_buckets()["Buckets"]]
    return [name for name in buckets if name.startswith(account.prefix)]


def _versions(account: Account, bucket: str, folder: str) -> list[Any]:
    pages = account.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=folder)
    return [each for page in pages for each in (*page.get("Versions", []), *page.get("DeleteMarkers", []))]


def _resources(account: Account, stack: str) -> list[Any]:
    return list(account.pages("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=stack))
