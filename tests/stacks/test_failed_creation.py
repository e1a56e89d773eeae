"""What a rollback of the first creation cannot delete, in the templates of every environment."""

from typing import Any

from operations.failed_creation import REMAINING
from tests.stacks.conftest import Templates


def is_protected(properties: dict[str, Any]) -> bool:
    attributes = {each["Key"]: each["Value"] for each in properties.get("LoadBalancerAttributes", ())}
    return properties.get("DeletionProtection") is True or attributes.get("deletion_protection.enabled") == "true"


def test_every_resource_with_deletion_protection_is_removed_before_the_next_creation(
    environments: dict[str, Templates],
) -> None:
    """CloudFormation deletes no protected resource, and its literal name would fail the next creation."""
    protected = {
        resource["Type"]
        for templates in environments.values()
        for template in templates.values()
        for resource in template["Resources"].values()
        if is_protected(resource.get("Properties", {}))
    }
    assert protected == {"AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::RDS::DBInstance"}
    assert protected <= REMAINING.keys()
