from aws_cdk import Duration

from infra.observability.metrics import larger, metric, query, search


def test_a_query_names_its_schema_and_asks_for_each_resource_apart() -> None:
    found = query("MIN(IsIdle)", '"AWS/ElasticMapReduce", JobFlowId', by="JobFlowId", period=Duration.minutes(15))
    assert found.expression == 'SELECT MIN(IsIdle) FROM SCHEMA("AWS/ElasticMapReduce", JobFlowId) GROUP BY JobFlowId'
    assert found.period.to_minutes() == 15


def test_a_query_may_be_held_to_one_resource() -> None:
    found = query("SUM(Errors)", '"AWS/Lambda", FunctionName', where="FunctionName = 'one'")
    assert found.expression == "SELECT SUM(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName) WHERE FunctionName = 'one'"


def test_a_search_is_written_as_cloudwatch_reads_it() -> None:
    found = search("AWS/EC2,InstanceId", "CPUUtilization", "Average")
    assert found.expression == "SEARCH('{AWS/EC2,InstanceId} MetricName=\"CPUUtilization\"', 'Average', 300)"


def test_the_larger_of_two_metrics_is_one_series() -> None:
    cpu, memory = (metric("AWS/ECS", name, "Average", {"ServiceName": "one"}) for name in ("CPU", "Memory"))
    found = larger("full", {"cpu": cpu, "memory": memory})
    assert found.expression == "MAX([cpu, memory])"
    assert set(found.using_metrics) == {"cpu", "memory"}
