"""Variables of a user's shell that would stop or change the local platform if they reached it."""

from pathlib import Path

from common.paths import REPOSITORY

_PROXY = "http://127.0.0.1:9"
_AWS = {
    "AWS_PROFILE": "nobody",
    "AWS_ACCESS_KEY_ID": "AKIAUSER",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_REGION": "mars-north-1",
    "AWS_DEFAULT_REGION": "mars-north-1",
    "AWS_ENDPOINT_URL": _PROXY,
    "AWS_ENDPOINT_URL_S3": _PROXY,
    "AWS_ENDPOINT_URL_GLUE": _PROXY,
    "AWS_ENDPOINT_URL_EMR": _PROXY,
    "AWS_CA_BUNDLE": "/nowhere/bundle.pem",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{_PROXY}/credentials",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_MAX_ATTEMPTS": "one",
    "MOTO_ACCOUNT_ID": "999999999999",
}
_PROXIES = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), _PROXY),
    "NO_PROXY": "example.com",
    "no_proxy": "example.com",
    "REQUESTS_CA_BUNDLE": "/nowhere/bundle.pem",
    "SSL_CERT_FILE": "/nowhere/bundle.pem",
}
_POSTGRESQL = {
    "PGHOST": "nowhere.example.com",
    "PGHOSTADDR": "203.0.113.1",
    "PGPORT": "1",
    "PGUSER": "nobody",
    "PGDATABASE": "nothing",
    "PGSERVICE": "nothing",
    "PGSSLMODE": "require",
    "PGOPTIONS": "-c nothing=1",
    "PGDATA": "/nowhere",
    "PGCLIENTENCODING": "SQL_ASCII",
    "PGTZ": "Nowhere",
    "PGPASSFILE": "/nowhere",
}
_JAVA = {
    "JAVA_HOME": "/nowhere/java",
    "JAVA_TOOL_OPTIONS": "-XX:NoSuchOption",
    "_JAVA_OPTIONS": "-Xmx8m",
    "JDK_JAVA_OPTIONS": "-XX:NoSuchOption",
    "CLASSPATH": "/nowhere/classes",
}
_SPARK = {
    "SPARK_HOME": "/nowhere/spark",
    "SPARK_CONF_DIR": "/nowhere/spark/conf",
    "SPARK_LOCAL_IP": "203.0.113.1",
    "SPARK_MASTER_HOST": "203.0.113.1",
    "HADOOP_CONF_DIR": "/nowhere/hadoop",
    "HADOOP_HOME": "/nowhere/hadoop",
    "PYSPARK_PYTHON": "/nowhere/python",
    "PYSPARK_DRIVER_PYTHON": "jupyter",
    "PYSPARK_SUBMIT_ARGS": "--master yarn pyspark-shell",
}
_AIRFLOW_AND_MLFLOW = {
    "AIRFLOW_HOME": "/nowhere/airflow",
    "AIRFLOW_CONFIG": "/nowhere/airflow.cfg",
    "AIRFLOW__CORE__EXECUTOR": "NoSuchExecutor",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql://nowhere.example.com/airflow",
    "AIRFLOW__PLATFORM__REGION": "mars-north-1",
    "MLFLOW_TRACKING_URI": "https://mlflow.example.com",
    "MLFLOW_S3_ENDPOINT_URL": _PROXY,
    "MLFLOW_STATIC_PREFIX": "/mlflow",
    "MLFLOW_TRACKING_TOKEN": "token",
    "MLFLOW_BACKEND_STORE_URI": "postgresql://nowhere.example.com/mlflow",
}
_LOCALE_AND_SHELL = {
    "LANG": "xx_XX.UTF-8",
    "LC_ALL": "xx_XX.UTF-8",
    "LC_CTYPE": "POSIX",
    "LANGUAGE": "xx",
    "TZ": "Mars/Olympus",
    "CDPATH": "/tmp",
    "GREP_OPTIONS": "--color=always",
    "BASH_ENV": "/nowhere/env.sh",
    "MAKEFLAGS": "w",
    "PIPELINE": "nothing",
    "NAME": "nothing",
    "ENV": "/nowhere/env.sh",
    "OPTIONS": "--no-such-option",
    "QUERY": "nothing",
    "WORKERS": "many",
    "VIRTUAL_ENV": "/nowhere/venv",
    "PIP_TARGET": "/nowhere/packages",
    "UV_PYTHON": "3.13",
}


_MODULES = ("rich", "typer", "boto3", "jobs", "local", "pyspark", "sitecustomize")


def hostile_variables(folder: Path) -> dict[str, str]:
    """Return the variables, which name files that `write_files` writes into `folder`.

    PYTHONHOME is left out: with it, a Python that reads its variables ends before any code of this repository runs.
    """
    modules, configuration = folder / "foreign modules", folder / "aws"
    python = {
        "PYTHONPATH": str(modules),
        "PYTHONOPTIMIZE": "2",
        "PYTHONWARNINGS": "error",
        "PYTHONSTARTUP": "/nowhere/startup.py",
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONSAFEPATH": "1",
        "PYTHONINSPECT": "1",
    }
    files = {"AWS_CONFIG_FILE": str(configuration), "AWS_SHARED_CREDENTIALS_FILE": str(configuration)}
    return {
        **_AWS,
        **files,
        **_PROXIES,
        **_POSTGRESQL,
        **_JAVA,
        **_SPARK,
        **_AIRFLOW_AND_MLFLOW,
        **_LOCALE_AND_SHELL,
        **python,
    }


def write_files(folder: Path) -> None:
    """Write modules that end any Python which imports them, and a file of AWS with an endpoint that does not exist."""
    modules = folder / "foreign modules"
    modules.mkdir(parents=True)
    for name in _MODULES:
        (modules / f"{name}.py").write_text(f"raise SystemExit('the foreign module {name} was imported')\n")
    (folder / "aws").write_text("[default]\nendpoint_url = http://127.0.0.1:9\nca_bundle = /nowhere\n")


def command_line(*arguments: str) -> list[str]:
    """Return the command of `make`'s targets; Python ignores its own variables until the command line sets them."""
    return [str(REPOSITORY / ".venv" / "main" / "bin" / "python"), "-E", "-s", "-m", "cli", *arguments]
