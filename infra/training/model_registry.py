"""The SageMaker model registry: one model package group per pipeline."""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from infra.pipeline_scope import PipelineScope
from infra.training.shared_registry import group_policy


class ModelRegistry(Construct):
    """The model package group of a pipeline, readable by the consumer accounts."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: PipelineScope,
        removal: RemovalPolicy,
        consumers: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        names = pipeline.names
        name = names.model_package_group(pipeline.name)
        group = sagemaker.CfnModelPackageGroup(
            self,
            "Group",
            model_package_group_name=name,
            # A change of the description replaces the group, so it does not have the question, which may change.
            model_package_group_description=f"model versions of pipeline {pipeline.name}",
            model_package_group_policy=group_policy(names, name, consumers) if consumers else None,
        )
        group.apply_removal_policy(removal)
