import json
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.executors.context import Context
from local.executors.jobs import Job
from local.executors.training import Training
from local.executors.tuning import TUNING, Tuning
from tests.local.conftest import TRAINING_IMAGE

PROGRAM = """
import json, os, pathlib, sys
base = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"])
parameters = json.loads((base / "input/config/hyperparameters.json").read_text())
rows = (base / "input/data/train/a.csv").read_text().splitlines()
if parameters["mode"] == "fail":
    (base / "output").mkdir(exist_ok=True)
    (base / "output" / "failure").write_text("no row has a label")
    sys.exit(1)
if parameters["mode"] == "hang":
    import time; time.sleep(600)
if parameters["mode"] == "crash":
    sys.exit("the last words")
(base / "model").mkdir(exist_ok=True)
(base / "model" / "weights").write_text(f"{len(rows)} {os.environ['SIZE']} {sys.argv[1:]}")
print("validation:auc=0.5")
print("validation:auc=0.75")
print("validation:gain=-" + parameters.get("rate", "0"))
"""


def request(name: str, mode: str = "ok", **changes: Any) -> dict[str, Any]:
    """Return a CreateTrainingJob request for the program in this mode, with these changes."""
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {
            "TrainingImage": TRAINING_IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["python", "train.py"],
            "ContainerArguments": ["--fast"],
            "MetricDefinitions": [{"Name": "validation:auc", "Regex": r"validation:auc=([0-9.]+)"}],
        },
        "RoleArn": "arn:aws:iam::111111111111:role/training",
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://lake/train/"}},
            }
        ],
        "HyperParameters": {"mode": mode},
        "Environment": {"SIZE": "small"},
        "OutputDataConfig": {"S3OutputPath": "s3://lake/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **changes,
    }


@pytest.fixture
def sagemaker(client: Any, context: Context, s3: Any) -> Any:
    """Return a SageMaker client with the program in the training image and its input in S3."""
    context.images[TRAINING_IMAGE].folder.joinpath("train.py").write_text(PROGRAM)
    s3.put_object(Bucket="lake", Key="train/a.csv", Body=b"1\n2\n3\n")
    return client("sagemaker")


def finished(sagemaker: Any, name: str) -> dict[str, Any]:
    """Wait until the training job is in a terminal state, at most 30 s, and return its description."""
    for _ in range(600):
        described: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
        if described["TrainingJobStatus"] != "InProgress":
            return described
        time.sleep(0.05)
    raise AssertionError(f"{name} did not finish")


def test_a_training_job_runs_its_program_and_leaves_its_model(sagemaker: Any, s3: Any, tmp_path: Path) -> None:
    sagemaker.create_training_job(**request("good"))

    described = finished(sagemaker, "good")

    assert described["TrainingJobStatus"] == "Completed"
    assert described["ModelArtifacts"]["S3ModelArtifacts"] == "s3://lake/models/good/output/model.tar.gz"
    assert described["FinalMetricDataList"][0]["Value"] == 0.75
    s3.download_file("lake", "models/good/output/model.tar.gz", str(tmp_path / "model.tar.gz"))
    with tarfile.open(tmp_path / "model.tar.gz") as archive:
        member = archive.extractfile("./weights")
        assert member is not None
        assert member.read() == b"3 small ['--fast']"


@pytest.mark.parametrize(("mode", "reason"), [("fail", "no row has a label"), ("crash", "the last words")])
def test_a_failed_program_is_a_failed_job_with_its_words(sagemaker: Any, s3: Any, mode: str, reason: str) -> None:
    sagemaker.create_training_job(**request(f"bad-{mode}", mode))

    described = finished(sagemaker, f"bad-{mode}")

    assert described["TrainingJobStatus"] == "Failed"
    assert reason in described["FailureReason"]
    assert "Contents" not in s3.list_objects_v2(Bucket="lake", Prefix=f"models/bad-{mode}/")


def test_a_manifest_channel_brings_exactly_the_files_it_lists(sagemaker: Any, s3: Any) -> None:
    s3.put_object(Bucket="lake", Key="train/stale.csv", Body=b"9\n")
    manifest = json.dumps([{"prefix": "s3://lake/train/"}, "a.csv"])
    s3.put_object(Bucket="lake", Key="train.manifest", Body=manifest.encode())
    channel = request("listed")["InputDataConfig"][0]
    channel["DataSource"]["S3DataSource"] = {"S3DataType": "ManifestFile", "S3Uri": "s3://lake/train.manifest"}

    sagemaker.create_training_job(**request("listed", InputDataConfig=[channel]))

    assert finished(sagemaker, "listed")["TrainingJobStatus"] == "Completed"


def test_missing_input_fails_the_job(sagemaker: Any) -> None:
    channel = request("empty")["InputDataConfig"][0]
    channel["DataSource"]["S3DataSource"]["S3Uri"] = "s3://lake/nothing/"

    sagemaker.create_training_job(**request("empty", InputDataConfig=[channel]))

    assert "no objects under s3://lake/nothing/" in finished(sagemaker, "empty")["FailureReason"]


def test_a_stopped_job_is_stopped_with_its_process(sagemaker: Any) -> None:
    sagemaker.create_training_job(**request("long", "hang"))

    sagemaker.stop_training_job(TrainingJobName="long")

    assert finished(sagemaker, "long")["TrainingJobStatus"] == "Stopped"


def test_the_time_limit_of_the_request_holds(sagemaker: Any) -> None:
    sagemaker.create_training_job(**request("late", "hang", StoppingCondition={"MaxRuntimeInSeconds": 1}))

    assert "MaxRuntimeInSeconds" in finished(sagemaker, "late")["FailureReason"]


def test_an_image_that_is_not_built_here_is_refused(sagemaker: Any) -> None:
    algorithm = {**request("x")["AlgorithmSpecification"], "TrainingImage": "somebody/else:1"}

    sagemaker.create_training_job(**request("foreign", AlgorithmSpecification=algorithm))

    assert "somebody/else:1 is not built here" in finished(sagemaker, "foreign")["FailureReason"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ResourceConfig": {"InstanceType": "ml.c7g.large", "InstanceCount": 1, "VolumeSizeInGB": 9}}, "ml.c7g.large"),
        ({"EnableManagedSpotTraining": True}, "MaxWaitTimeInSeconds of at least 60"),
    ],
)
def test_a_request_that_aws_refuses_is_refused(sagemaker: Any, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError, match=message):
        sagemaker.create_training_job(**request("refused", **change))


def test_a_name_is_used_once(sagemaker: Any) -> None:
    sagemaker.create_training_job(**request("twice"))

    with pytest.raises(ClientError, match="twice already exists"):
        sagemaker.create_training_job(**request("twice"))


def tuning_request(objective: dict[str, str], mode: str = "ok", **limits: int) -> dict[str, Any]:
    """Return the request of a tuning job of three trials."""
    definition = request("ignored", mode)
    del definition["TrainingJobName"]
    static = definition.pop("HyperParameters")
    # A tuning job has neither; the image's entrypoint is used.
    for member in ("ContainerEntrypoint", "ContainerArguments"):
        del definition["AlgorithmSpecification"][member]
    gain = {"Name": "validation:gain", "Regex": r"validation:gain=([-+0-9.e]+)"}
    definition["AlgorithmSpecification"]["MetricDefinitions"].append(gain)
    return {
        "HyperParameterTuningJobName": "tune",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": objective,
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2, **limits},
            "ParameterRanges": {
                "ContinuousParameterRanges": [
                    {"Name": "rate", "MinValue": "0.01", "MaxValue": "0.3", "ScalingType": "Logarithmic"}
                ],
                "IntegerParameterRanges": [{"Name": "depth", "MinValue": "2", "MaxValue": "5"}],
            },
        },
        "TrainingJobDefinition": {**definition, "StaticHyperParameters": static},
    }


def tuned(sagemaker: Any, objective: dict[str, str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Run a tuning job of three trials and return its description and its trials."""
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(objective))
    described: dict[str, Any] = {"HyperParameterTuningJobStatus": "InProgress"}
    while described["HyperParameterTuningJobStatus"] == "InProgress":
        time.sleep(0.05)
        described = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    listed = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    return described, listed["TrainingJobSummaries"]


def test_tuning_that_reaches_its_time_limit_is_stopped_with_its_trials(sagemaker: Any, context: Context) -> None:
    objective = {"Type": "Maximize", "MetricName": "validation:auc"}
    started = Job(
        kind=TUNING,
        name="tune",
        request=tuning_request(objective, "hang", MaxRuntimeInSeconds=120),
        created=time.time() - 117,
    )
    context.jobs.run(context.jobs.create(started), Tuning(context, Training(context)).search)

    described = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    assert described["HyperParameterTuningJobStatus"] == "Stopped"
    assert described["TrainingJobStatusCounters"]["Stopped"] == 2
    assert (described["HyperParameterTuningEndTime"] - described["CreationTime"]).total_seconds() >= 120


def test_tuning_runs_every_trial_and_names_the_best(sagemaker: Any) -> None:
    described, trials = tuned(sagemaker, {"Type": "Maximize", "MetricName": "validation:auc"})

    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert described["TrainingJobStatusCounters"]["Completed"] == 3
    assert described["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == 0.75
    rates = [float(each["TunedHyperParameters"]["rate"]) for each in trials]
    assert len(set(rates)) == 3
    assert all(0.01 <= rate <= 0.3 for rate in rates)


@pytest.mark.parametrize(("direction", "best"), [("Minimize", min), ("Maximize", max)])
def test_tuning_goes_in_the_direction_of_its_objective(
    sagemaker: Any, direction: str, best: Callable[[list[float]], float]
) -> None:
    described, trials = tuned(sagemaker, {"Type": direction, "MetricName": "validation:gain"})

    values = [-float(each["TunedHyperParameters"]["rate"]) for each in trials]
    found = described["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]
    assert found == {"Type": direction, "MetricName": "validation:gain", "Value": best(values)}
