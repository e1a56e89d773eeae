import json
import tarfile
from pathlib import Path

import aws_cdk

from infra.feature_flags import feature_flags

STRONG = {"@aws-cdk/core:defaultCrossStackReferences": "strong"}


def test_the_flags_are_the_library_s_recommended_ones_with_strong_references() -> None:
    (package,) = Path(aws_cdk.__file__).parent.glob("_jsii/aws-cdk-lib@*.jsii.tgz")
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/recommended-feature-flags.json")
        assert member is not None
        recommended = json.load(member)
    assert feature_flags() == {**recommended, **STRONG}
