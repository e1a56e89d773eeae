import json
from pathlib import Path

from common.paths import REPOSITORY
from infra.config.emr_releases import is_graviton
from infra.environments import STAGING
from tests.stacks.conftest import Templates
from tests.stacks.templates import only, resolved, resources


def asset_folder(assembly: Path, uri: str) -> Path:
    return assembly / f"asset.{Path(uri).stem}"


def setting(dev: Templates, key: str) -> str:
    airflow = only(dev["orchestration"], "AWS::MWAA::Environment")
    return resolved(airflow["AirflowConfigurationOptions"][f"platform.{key}"])


def test_the_code_archive_holds_the_package_with_its_folder(dev: Templates, assembly: Path) -> None:
    folder = asset_folder(assembly, setting(dev, "code_archive_uri"))
    assert [path.name for path in folder.iterdir()] == ["jobs"]
    packages = {path.name for path in (folder / "jobs").iterdir() if path.is_dir()}
    assert {"contracts", "pipelines", "spark"} <= packages
    assert not {"dags", "serving", "training"} & packages
    assert not [path for path in folder.rglob("*") if path.suffix == ".pyc" or path.name == "__pycache__"]


def test_the_entry_point_is_an_asset_of_its_own(dev: Templates, assembly: Path) -> None:
    uri = setting(dev, "code_entry_uri")
    assert (assembly / f"asset.{Path(uri).name}").read_bytes() == (REPOSITORY / "jobs" / "main.py").read_bytes()


def test_images_are_built_for_the_processor_their_jobs_run_on(assembly: Path) -> None:
    images = {}
    for manifest in sorted(assembly.glob("*.assets.json")):
        for image in json.loads(manifest.read_text())["dockerImages"].values():
            images[image["source"].get("dockerFile", "Dockerfile")] = image["source"]["platform"]
    assert images == {
        "jobs/training/Dockerfile": "linux/amd64",
        "jobs/serving/Dockerfile": "linux/amd64",
        "Dockerfile": "linux/arm64",
    }


def test_image_contexts_hold_jobs_and_nothing_else(assembly: Path) -> None:
    manifest = json.loads((assembly / "mlops-dev-compute.assets.json").read_text())
    for image in manifest["dockerImages"].values():
        context = assembly / image["source"]["directory"]
        assert [path.name for path in context.iterdir()] == ["jobs"]
        assert (context / image["source"]["dockerFile"]).is_file()


def test_serverless_spark_is_arm64_private_bounded_and_stops(environments: dict[str, Templates]) -> None:
    application = only(environments["staging"]["compute"], "AWS::EMRServerless::Application")
    assert application["Architecture"] == "ARM64"
    assert application["MaximumCapacity"]["Cpu"] == f"{STAGING.serverless.maximum_vcpu} vCPU"
    assert application["AutoStopConfiguration"] == {"Enabled": True, "IdleTimeoutMinutes": 15}
    assert len(application["NetworkConfiguration"]["SubnetIds"]) == 2
    assert "EncryptionKeyArn" in application["MonitoringConfiguration"]["S3MonitoringConfiguration"]
    assert "InitialCapacity" not in application, "workers that wait cost money"


def test_an_engine_stands_only_where_a_job_runs_on_it(dev: Templates) -> None:
    assert not resources(dev["compute"], "AWS::EMRServerless::Application")
    assert not resources(dev["compute"], "AWS::Glue::Job")


def test_a_persistent_cluster_waits_for_its_instance_profile(environments: dict[str, Templates]) -> None:
    found = environments["prod"]["compute"]["Resources"]
    (cluster,) = (item for item in found.values() if item["Type"] == "AWS::EMR::Cluster")
    awaited = {found[logical_id]["Type"] for logical_id in cluster["DependsOn"]}
    kinds = {
        "AWS::IAM::InstanceProfile",
        "AWS::IAM::Role",
        "AWS::IAM::ManagedPolicy",
        "AWS::EMR::SecurityConfiguration",
    }
    assert kinds <= awaited


def test_every_node_is_graviton(dev: Templates) -> None:
    request = json.loads(setting(dev, "emr_job_flow"))
    types = [
        item["InstanceType"]
        for fleet in request["Instances"]["InstanceFleets"]
        for item in fleet["InstanceTypeConfigs"]
    ]
    assert types
    assert all(map(is_graviton, types))
