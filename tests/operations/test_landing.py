from typing import Any

import pytest

from jobs.contracts.tables import ContractError
from operations.landing import land_files, read_files


class Bucket:
    def __init__(self) -> None:
        self.objects: list[dict[str, Any]] = []

    def put_object(self, **request: Any) -> None:
        self.objects.append(request)


def test_files_are_uploaded_unchanged_under_their_keys() -> None:
    bucket = Bucket()

    count = land_files(bucket, "landing", {"flight_delay/a.csv": b"1", "flight_delay/b.csv": b"2"})

    assert count == 2
    assert bucket.objects == [
        {"Bucket": "landing", "Key": "flight_delay/a.csv", "Body": b"1"},
        {"Bucket": "landing", "Key": "flight_delay/b.csv", "Body": b"2"},
    ]


def test_an_unknown_pipeline_is_named_with_the_known_ones() -> None:
    with pytest.raises(ContractError, match="unknown pipeline 'unknown'; pipelines are"):
        read_files("unknown", "2013-01", "2013-01")
