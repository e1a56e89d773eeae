import json
from dataclasses import replace
from pathlib import Path

import pytest

from checks.permissions.least_privilege import compare
from infra.config.governance_config import LakeConfig
from infra.environments import DEV, ENVIRONMENTS
from infra.lake.named_queries import queries_of
from infra.names import PlatformNames, RolePurpose
from infra.pipeline_scope import PipelineRole, pipeline_stack
from jobs.contracts.access import JobKind
from jobs.contracts.engines import Engine
from jobs.contracts.job_settings import JobSettings
from jobs.contracts.pipeline import Pipeline, pipeline_names
from jobs.contracts.tables import TABLE_ZONES, ContractError, Zone
from stacks.synth import add_environment, new_app
from tests.infra.pipelines import GROUP, METERS
from tests.sample_pipelines import sample_pipeline
from tests.stacks.conftest import Templates, templates_in
from tests.stacks.permissions import Permissions
from tests.stacks.templates import Template, only, resources

NAMES = PlatformNames.of(DEV)
STACK = pipeline_stack("meters")


def synthesized(folder: Path, lake: LakeConfig, pipeline: Pipeline) -> Template:
    """The stack of a pipeline in dev with these lake settings."""
    app = new_app(folder)
    add_environment(app, replace(DEV, lake=lake), [pipeline])
    app.synth()
    return templates_in(folder, NAMES.prefix)[pipeline_stack(pipeline.name)]


def of_this_repository(templates: Templates) -> list[Template]:
    """The stacks of the pipelines of this repository."""
    return [templates[pipeline_stack(name)] for name in pipeline_names()]


def test_databases_lie_in_the_buckets_of_their_zones(dev: Templates) -> None:
    found = {
        item["DatabaseInput"]["Name"]: item["DatabaseInput"]["LocationUri"]
        for item in resources(dev[STACK], "AWS::Glue::Database")
    }
    wanted = {NAMES.database("meters", zone): NAMES.uri(zone, "meters/") for zone in TABLE_ZONES}
    assert found == wanted
    (shared,) = (each["DatabaseInput"] for each in resources(dev["data"], "AWS::Glue::Database"))
    assert shared == {"Name": NAMES.feature_database, "LocationUri": NAMES.uri(Zone.FEATURES, "")}


def test_tables_are_iceberg_with_the_contract_s_schema(dev: Templates) -> None:
    tables = {(item["DatabaseName"], item["Name"]): item for item in resources(dev[STACK], "AWS::Glue::Table")}
    assert set(tables) == {(NAMES.database("meters", each.zone), each.name) for each in METERS.all_tables}
    iceberg = tables[NAMES.database("meters", Zone.RAW), "readings"]["OpenTableFormatInput"]["IcebergInput"]
    assert iceberg["MetadataOperation"] == "CREATE"
    table = iceberg["IcebergTableInput"]
    assert table["Location"] == NAMES.uri(Zone.RAW, "meters", "readings")
    assert [field["Name"] for field in table["Schema"]["Fields"]] == ["meter", "read_at", "value"]
    assert [field["Transform"] for field in table["PartitionSpec"]["Fields"]] == ["day", "bucket[8]"]


def test_feature_groups_are_those_of_the_contract_with_iceberg_offline_stores(dev: Templates) -> None:
    group = only(dev[STACK], "AWS::SageMaker::FeatureGroup")
    assert group["FeatureGroupName"] == "mlops-dev-meters-meter-days"
    assert group["FeatureDefinitions"] == [
        {"FeatureName": "meter", "FeatureType": "String"},
        {"FeatureName": "event_time", "FeatureType": "String"},
        {"FeatureName": "value", "FeatureType": "Integral"},
    ]
    store = group["OfflineStoreConfig"]
    # With a Glue table of its own an Iceberg group is refused (aws/sagemaker-python-sdk PR 5927, 2026-06).
    assert (store["TableFormat"], store["DisableGlueTableCreation"]) == ("Iceberg", False)
    assert store["DataCatalogConfig"]["TableName"] == NAMES.feature_table("meters", "meter_days")
    assert store["S3StorageConfig"]["S3Uri"] == NAMES.uri(Zone.FEATURES, "meters", "offline-store")
    assert store["S3StorageConfig"]["KmsKeyId"]
    assert group["RoleArn"] == NAMES.job_role_arn("meters", PipelineRole.OFFLINE)
    assert "OnlineStoreConfig" not in group


ONLINE = replace(METERS, feature_groups=(replace(GROUP, online=True, online_days=7),))


def test_an_online_store_has_the_lake_s_key_and_an_end(tmp_path: Path) -> None:
    group = only(synthesized(tmp_path, DEV.lake, ONLINE), "AWS::SageMaker::FeatureGroup")
    store = group["OnlineStoreConfig"]
    assert store["EnableOnlineStore"] is True
    assert store["SecurityConfig"]["KmsKeyId"] == group["OfflineStoreConfig"]["S3StorageConfig"]["KmsKeyId"]
    assert store["TtlDuration"] == {"Unit": "Days", "Value": 7}
    assert "StorageType" not in store


def test_one_switch_takes_every_group_off_line(tmp_path: Path) -> None:
    group = only(synthesized(tmp_path, replace(DEV.lake, online_store=False), ONLINE), "AWS::SageMaker::FeatureGroup")
    assert "OnlineStoreConfig" not in group


def test_a_feature_group_has_nothing_that_an_edit_of_words_would_replace_it_for(dev: Templates) -> None:
    assert "Description" not in only(dev[STACK], "AWS::SageMaker::FeatureGroup")


def test_every_iceberg_table_is_looked_after(dev: Templates) -> None:
    optimizers = resources(dev[STACK], "AWS::Glue::TableOptimizer")
    own = [(item["DatabaseName"], item["Name"]) for item in resources(dev[STACK], "AWS::Glue::Table")]
    tables = {*own, (NAMES.feature_database, NAMES.feature_table("meters", "meter_days"))}
    kinds = ("compaction", "orphan_file_deletion", "retention")
    looked_after = {(each["DatabaseName"], each["TableName"], each["Type"]) for each in optimizers}
    assert looked_after == {(*table, kind) for table in tables for kind in kinds}
    for each in optimizers:
        configuration = each["TableOptimizerConfiguration"]
        assert configuration["Enabled"] is True
        assert configuration["RoleArn"] == NAMES.job_role_arn("meters", PipelineRole.TABLES)
    (past,) = {
        each["TableOptimizerConfiguration"]["RetentionConfiguration"]["IcebergConfiguration"][
            "SnapshotRetentionPeriodInDays"
        ]
        for each in optimizers
        if each["Type"] == "retention"
    }
    assert past == DEV.lake.snapshot_days


def test_saved_questions_belong_to_the_workgroup(dev: Templates) -> None:
    saved = resources(dev[STACK], "AWS::Athena::NamedQuery")
    assert {each["Name"] for each in saved} == {
        NAMES.resource(f"meters-{query.name}") for query in queries_of(NAMES, METERS)
    }
    assert {each["WorkGroup"] for each in saved} == {only(dev["data"], "AWS::Athena::WorkGroup")["Name"]}


def test_what_outlives_its_stack_can_be_imported_by_its_name(environments: dict[str, Templates]) -> None:
    # CloudFormation imports what is retained, says its primary identifier and says it as text.
    identifiers = {
        "AWS::S3::Bucket": ("BucketName",),
        "AWS::Glue::Database": ("DatabaseName",),
        "AWS::Glue::Table": ("CatalogId", "DatabaseName", "Name"),
        "AWS::SageMaker::FeatureGroup": ("FeatureGroupName",),
    }
    for templates in environments.values():
        for item in (item for template in templates.values() for item in template["Resources"].values()):
            if item["Type"] in identifiers:
                assert item["DeletionPolicy"] == "RetainExceptOnCreate"
                assert all(isinstance(item["Properties"][name], str) for name in identifiers[item["Type"]])


def test_few_optimizers_are_created_at_a_time_and_never_two_of_one_table(environments: dict[str, Templates]) -> None:
    for template in (each for templates in environments.values() for each in of_this_repository(templates)):
        optimizers = {
            name: each for name, each in template["Resources"].items() if each["Type"] == "AWS::Glue::TableOptimizer"
        }
        before = {name: [one for one in each["DependsOn"] if one in optimizers] for name, each in optimizers.items()}
        assert all(len(each) <= 1 for each in before.values())
        assert sum(not each for each in before.values()) <= 4

        def chain(name: str, before: dict[str, list[str]] = before) -> list[str]:
            return [name, *(chain(before[name][0]) if before[name] else [])]

        lanes: dict[str, set[str]] = {}
        for name, each in optimizers.items():
            table = f"{each['Properties']['DatabaseName']}.{each['Properties']['TableName']}"
            lanes.setdefault(table, set()).add(chain(name)[-1])
        assert all(len(first) == 1 for first in lanes.values())


def test_a_glue_job_is_current_private_encrypted_and_never_repeats_itself(environments: dict[str, Templates]) -> None:
    names, pipeline = PlatformNames.of(ENVIRONMENTS["staging"]), pipeline_names()[0]
    template = environments["staging"][pipeline_stack(pipeline)]
    job = only(template, "AWS::Glue::Job")
    name = names.glue_job(pipeline, "publish")
    assert (job["Name"], job["GlueVersion"], job["MaxRetries"]) == (name, "5.1", 0)
    assert job["Role"] == names.job_role_arn(pipeline, JobKind.PUBLISH)
    assert job["Timeout"] == 240
    assert job["Connections"] == {"Connections": ["mlops-staging-private"]}
    assert job["SecurityConfiguration"] == only(template, "AWS::Glue::SecurityConfiguration")["Name"]
    encryption = only(template, "AWS::Glue::SecurityConfiguration")["EncryptionConfiguration"]
    modes = {kind: json.dumps(value) for kind, value in encryption.items()}
    assert set(modes) == {"CloudWatchEncryption", "JobBookmarksEncryption", "S3Encryptions"}
    assert all("KMS" in text and "KmsKeyArn" in text for text in modes.values())


def test_a_glue_job_waits_for_what_it_names(
    environments: dict[str, Templates],
) -> None:
    for template in of_this_repository(environments["staging"]):
        found = template["Resources"]
        (job,) = (each for each in found.values() if each["Type"] == "AWS::Glue::Job")
        kinds = {"AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::Glue::SecurityConfiguration"}
        assert kinds <= {found[name]["Type"] for name in job["DependsOn"]}
        connection = only(environments["staging"]["compute"], "AWS::Glue::Connection")["ConnectionInput"]["Name"]
        assert job["Properties"]["Connections"] == {"Connections": [connection]}


def test_each_pipeline_has_a_group_of_models(dev: Templates) -> None:
    groups = resources(dev[STACK], "AWS::SageMaker::ModelPackageGroup")
    assert [group["ModelPackageGroupName"] for group in groups] == ["mlops-dev-meters"]


def test_a_pipeline_s_own_engine_and_time_limit_reach_every_template_that_needs_them(tmp_path: Path) -> None:
    own = {"cleanse": JobSettings(engine=Engine.GLUE, minutes=30), "dataset": JobSettings(engine=Engine.EMR_SERVERLESS)}
    app, pipelines = new_app(tmp_path), [replace(METERS, jobs=own), sample_pipeline("other")]
    add_environment(app, DEV, pipelines)
    app.synth()
    templates = templates_in(tmp_path, NAMES.prefix)
    job = only(templates[STACK], "AWS::Glue::Job")
    assert (job["Name"], job["Timeout"]) == (NAMES.glue_job("meters", "cleanse"), 30)
    assert only(templates["compute"], "AWS::Glue::Connection")
    assert only(templates["compute"], "AWS::EMRServerless::Application")
    assert not resources(templates[pipeline_stack("other")], "AWS::Glue::Job")
    airflow = Permissions(NAMES, templates["orchestration"], NAMES.role(RolePurpose.AIRFLOW_JOBS))
    assert airflow.granting("glue:StartJobRun")
    assert airflow.granting("emr-serverless:StartJobRun")
    found = compare(DEV, templates, pipelines)
    assert [(each.role, each.unused, each.missing) for each in found if each.unused or each.missing] == []


def test_pipelines_that_aws_could_not_tell_apart_are_refused(tmp_path: Path) -> None:
    groups = {"a": replace(GROUP, name="b_days"), "a_b": replace(GROUP, name="days")}
    pair = [replace(METERS, name=name, feature_groups=(group,)) for name, group in groups.items()]
    with pytest.raises(ContractError, match="pipelines 'a' and 'a_b' both have resources named 'a_b_days'; rename one"):
        add_environment(new_app(tmp_path), DEV, pair)


def test_those_whom_a_pipeline_names_are_notified_of_its_failed_runs(tmp_path: Path) -> None:
    template = synthesized(tmp_path, DEV.lake, replace(METERS, alert_emails=("a@meters.example", "b@meters.example")))
    alarm, topic = only(template, "AWS::CloudWatch::Alarm"), only(template, "AWS::SNS::Topic")
    assert (alarm["AlarmName"], topic["TopicName"]) == ("mlops-dev-meters-run-failed", "mlops-dev-meters-failures")
    counted = [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
    dags = {pair["Value"] for each in counted for pair in each["Dimensions"] if pair["Name"] == "DAG"}
    assert dags == set(METERS.dag_ids)
    assert topic["KmsMasterKeyId"]
    assert {each["Endpoint"] for each in resources(template, "AWS::SNS::Subscription")} == {
        "a@meters.example",
        "b@meters.example",
    }
    statements = only(template, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    (publishes,) = (each for each in statements if each["Effect"] == "Allow")
    assert publishes["Condition"]["ArnEquals"]["aws:SourceArn"].endswith(":alarm:mlops-dev-meters-run-failed")


def test_a_pipeline_that_names_no_address_has_no_topic(dev: Templates) -> None:
    assert not resources(dev[STACK], "AWS::SNS::Topic")
