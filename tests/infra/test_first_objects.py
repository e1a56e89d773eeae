from dataclasses import replace

from infra.config.engine_config import EngineConfig
from infra.config.location import Location
from infra.environments import DEV, PROD, STAGING, relocated
from infra.first_objects import CLUSTER_STACK, first_objects


def test_dev_needs_nothing_first() -> None:
    assert first_objects(DEV) == ()


def test_the_certificates_of_nodes_block_a_stack_only_where_it_contains_the_cluster() -> None:
    (staging,), (prod,) = first_objects(STAGING), first_objects(PROD)
    assert (staging.stack, prod.stack) == (None, CLUSTER_STACK)
    assert prod.uri == "s3://mlops-prod-artifacts-333333333333-us-east-1/emr-certificates/nodes.zip"
    assert prod.commands[-1] == f"aws s3 cp nodes.zip {prod.uri}"


def test_certificates_name_the_hosts_of_their_region() -> None:
    assert "/CN=*.ec2.internal" in first_objects(PROD)[0].commands[0]
    frankfurt = relocated(STAGING, Location(region="eu-central-1"))
    assert "/CN=*.eu-central-1.compute.internal" in first_objects(frankfurt)[0].commands[0]


def test_spark_on_sagemaker_needs_iceberg() -> None:
    (jars,) = first_objects(replace(DEV, engines=EngineConfig(jobs={"features": "sagemaker"})))
    assert jars.uri == "s3://mlops-dev-artifacts-111111111111-us-east-1/spark-jars/"
    assert jars.stack is None
