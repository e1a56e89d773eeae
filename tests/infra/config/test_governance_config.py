import re
from dataclasses import fields
from pathlib import Path

import pytest

from infra.config.governance_config import DeliveryConfig, LakeConfig, RegistryConfig, SecurityConfig
from infra.config.service_config import RetentionConfig
from infra.config.validation import ConfigError

_READER = "arn:aws:iam::111111111111:role/analyst"


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        (SecurityConfig, {"permissions_boundary": "a/b"}, "security.permissions_boundary: received 'a/b'"),
        (LakeConfig, {"object_lock_days": 0}, "lake.object_lock_days: received 0; allowed is 1 to 36500"),
        (LakeConfig, {"scan_limit_gb": 0}, "lake.scan_limit_gb: received 0"),
        (LakeConfig, {"object_lock_mode": "soft"}, "lake.object_lock_mode: received 'soft'; allowed is one of"),
        (LakeConfig, {"infrequent_days": -1}, "lake.infrequent_days: received -1; allowed is 0 to 3650"),
        (LakeConfig, {"snapshot_days": 6}, "lake.snapshot_days: received 6; allowed is 7 to 3650"),
        (LakeConfig, {"backup_days": 0}, "lake.backup_days: received 0; allowed is 1 to 36500"),
        (
            LakeConfig,
            {"readers": ("analyst",)},
            "lake.readers: received 'analyst'; allowed is a value like arn",
        ),
        (
            LakeConfig,
            {"readers": (_READER,)},
            "lake.readers: .*; allowed is an empty tuple unless lake.lake_formation is True",
        ),
        (RegistryConfig, {"account": "12"}, "registry: received '12'"),
        (RegistryConfig, {"consumers": ("1" * 12, "1" * 12)}, "registry.consumers: .*; allowed is different accounts"),
        (DeliveryConfig, {"repository": "platform"}, "delivery.repository: received 'platform'"),
        (DeliveryConfig, {"repository": "o/r", "branch": "a b"}, "delivery.branch: received 'a b'"),
    ],
)
def test_a_setting_that_cannot_work_is_refused(section: type, values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        section(**values)


def test_the_lake_s_page_names_settings_that_exist() -> None:
    page = (Path(__file__).parents[3] / "docs" / "data.md").read_text()
    for section, settings in (("lake", LakeConfig), ("retention", RetentionConfig)):
        named = set(re.findall(rf"`{section}\.(\w+)`", page))
        assert named
        assert named <= {field.name for field in fields(settings)}
