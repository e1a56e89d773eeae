"""What happens to resources with data when CloudFormation removes them."""

from aws_cdk import RemovalPolicy

from infra.config.service_config import RetentionConfig


def removal_policy(retention: RetentionConfig) -> RemovalPolicy:
    """The removal policy of every resource with data of an environment.

    Retained data outlives its stack, except for resources of a creation that is rolled back: they are empty, and their
    literal names would make the next creation fail (`RetainExceptOnCreate`, CloudFormation template reference,
    DeletionPolicy attribute). The policy for replacements remains `Retain`, which has no such variant.
    """
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if retention.keeps_data else RemovalPolicy.DESTROY
