"""AWS's Spark image for SageMaker Processing, by region.

Source: `image_uri_config/spark.json` of sagemaker-core 2.27.0 (PyPI), Spark 3.5, read 2026-11-24.
"""

from infra.config.validation import require_one_of
from jobs.contracts.engines import SPARK_VERSION

_TAG = f"{SPARK_VERSION}-cpu-py312-v1"
_ACCOUNTS = {
    "af-south-1": "309385258863", "ap-east-1": "732049463269", "ap-east-2": "533267296287",
    "ap-northeast-1": "411782140378", "ap-northeast-2": "860869212795", "ap-northeast-3": "102471314380",
    "ap-south-1": "105495057255", "ap-south-2": "873151114052", "ap-southeast-1": "759080221371",
    "ap-southeast-2": "440695851116", "ap-southeast-3": "800295151634", "ap-southeast-4": "819679513684",
    "ap-southeast-5": "841784149062", "ap-southeast-6": "278240940207", "ap-southeast-7": "471112967968",
    "ca-central-1": "446299261295", "ca-west-1": "000907499111", "eu-central-1": "906073651304",
    "eu-central-2": "142351485170", "eu-north-1": "330188676905", "eu-south-1": "753923664805",
    "eu-south-2": "833944533722", "eu-west-1": "571004829621", "eu-west-2": "836651553127",
    "eu-west-3": "136845547031", "il-central-1": "408426139102", "me-central-1": "395420993607",
    "me-south-1": "750251592176", "mx-central-1": "211125459255", "sa-east-1": "737130764395",
    "us-east-1": "173754725891", "us-east-2": "314815235551", "us-west-1": "667973535471",
    "us-west-2": "153931337802",
}  # fmt: skip


def spark_image(region: str) -> str:
    """The URI of the x86 image in a region; raises ConfigError for a region without it."""
    require_one_of("region of a SageMaker Processing job", region, _ACCOUNTS)
    return f"{_ACCOUNTS[region]}.dkr.ecr.{region}.amazonaws.com/sagemaker-spark-processing:{_TAG}"


def spark_image_repository(region: str) -> str:
    """The ARN of the image's repository, for policies of roles that pull it."""
    require_one_of("region of a SageMaker Processing job", region, _ACCOUNTS)
    return f"arn:aws:ecr:{region}:{_ACCOUNTS[region]}:repository/sagemaker-spark-processing"
