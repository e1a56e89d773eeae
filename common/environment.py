"""The environment of every process of the platform, which takes from the user's shell only what this module lists.

There are three kinds. `local` is for everything that runs on this machine alone: no AWS setting, proxy, locale or
option of Python, Java, Spark, Airflow, MLflow or PostgreSQL reaches it. `setup` adds what downloads need. `user` is for
commands that act on the user's AWS account, whose credentials may come from a program that needs any variable.

`python -I common/environment.py <kind> <command> ...` replaces itself by the command in that environment. The command
line imports this module before it discards the user's PYTHONPATH, so it imports nothing but the standard library.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

#: Where programs are, who the user is, and what the terminal can show; Python itself may need the library path.
_KEPT = frozenset(
    {"PATH", "LD_LIBRARY_PATH", "USER", "LOGNAME", "TERM", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"}
)
#: The platform's own settings, which `app.py` and `common/paths.py` explain.
_OWN = "PLATFORM_"
_FIXED = {
    # macOS has no locale C.UTF-8, and initdb refuses one that does not exist.
    "LANG": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8",
    "TZ": "UTC",
    "PYTHONUTF8": "1",
    "PYTHONNOUSERSITE": "1",
    # An operating system may name a proxy too.
    "NO_PROXY": "*",
    # A profile in the user's files may set endpoints and options of the clients for the local platform.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"})
_LOOPBACK = ("localhost", "127.0.0.1")
#: Certificates, package indexes, caches and time limits of pip, uv and npm; no setting of what they install, and where.
_DOWNLOADS = frozenset(
    {
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "NETRC"),
        *("PIP_CERT", "PIP_CLIENT_CERT", "PIP_PROXY", "PIP_TRUSTED_HOST", "PIP_CONFIG_FILE", "PIP_CACHE_DIR"),
        *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_KEYRING_PROVIDER"),
        *("PIP_DEFAULT_TIMEOUT", "PIP_TIMEOUT", "PIP_RETRIES", "UV_HTTP_TIMEOUT", "UV_HTTP_RETRIES"),
        *("UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_KEYRING_PROVIDER", "UV_INSECURE_HOST"),
        *("UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_OFFLINE", "UV_CACHE_DIR", "UV_LINK_MODE"),
        *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_DIRS", "npm_config_registry", "NPM_CONFIG_REGISTRY"),
        # The Makefile sets these.
        *("UV_PROJECT_ENVIRONMENT", "UV_PYTHON_DOWNLOADS", "UV_NO_PROGRESS"),
    }
)
#: The index itself, and user and password of each named index.
_INDEX = "UV_INDEX"
_PYTHON = "PYTHON"
#: Files are readable for the user as whom PostgreSQL runs, and writable for the caller alone.
_UMASK = 0o022
#: In place of a home that does not exist or cannot be written.
_HOME = Path(__file__).resolve().parents[1] / ".venv" / "cache" / "home"

#: `python -X isolated` marks a process that `enter` has started.
_MARK = "isolated"

Variables = Mapping[str, str]


def local(environ: Variables) -> dict[str, str]:
    """Return the environment of processes that use this machine alone."""
    kept = {name: value for name, value in environ.items() if name in _KEPT or name.startswith(_OWN)}
    folders = {name: environ[name] for name in ("HOME", "TMPDIR") if _writable(environ.get(name))}
    return {"PATH": os.defpath, "HOME": str(_HOME), **kept, **folders, **_FIXED}


def setup(environ: Variables) -> dict[str, str]:
    """Return the environment of processes that download: the local one with proxies and package indexes.

    Servers of this machine are reached without the proxy.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if name.upper() in _PROXIES or name in _DOWNLOADS or name.startswith(_INDEX)
    }
    given = environ.get("NO_PROXY") or environ.get("no_proxy", "")
    excluded = ",".join([*filter(None, [given]), *(host for host in _LOOPBACK if host not in given.split(","))])
    return {**local(environ), **kept, "NO_PROXY": excluded, "no_proxy": excluded}


def user(environ: Variables) -> dict[str, str]:
    """Return the environment of commands for the user's account: all variables but the options of Python."""
    return {**{name: value for name, value in environ.items() if not name.startswith(_PYTHON)}, "PYTHONUTF8": "1"}


KINDS = {"local": local, "setup": setup, "user": user}


def process_variables(*additional: Variables) -> dict[str, str]:
    """Return the environment of a process that the local platform starts, with its additional variables."""
    result = local(os.environ)
    for variables in additional:
        result.update(variables)
    return result


def enter(kind: str, module: str, arguments: list[str]) -> None:
    """Start the module again in the environment of that kind, in place of this process, unless that is done."""
    if _MARK not in sys._xoptions:
        run(kind, [sys.executable, "-X", _MARK, "-m", module, *arguments])


def run(kind: str, command: list[str]) -> None:
    """Replace this process by the command in the environment of that kind."""
    os.umask(_UMASK)
    variables = KINDS[kind](os.environ)
    if variables.get("HOME") == str(_HOME):
        _HOME.mkdir(parents=True, exist_ok=True)
    os.execvpe(command[0], command, variables)  # noqa: S606 - the caller's own command


def _writable(folder: str | None) -> bool:
    return folder is not None and Path(folder).is_dir() and os.access(folder, os.W_OK | os.X_OK)


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
