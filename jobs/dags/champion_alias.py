"""The champion's alias in MLflow, set over MLflow's REST API, because Airflow has no MLflow client."""

import base64
import json
import urllib.error
import urllib.request
from dataclasses import dataclass

from airflow.exceptions import AirflowException
from airflow.providers.amazon.aws.hooks.secrets_manager import SecretsManagerHook

from jobs.contracts.training import CHAMPION

_PATH = "/api/2.0/mlflow/registered-models/alias"
_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class ChampionAlias:
    """The alias of a registered model; `secret` names the secret with user and password, empty if there is none."""

    tracking_uri: str
    secret: str
    model: str

    def set_to(self, version: str) -> None:
        """Set the alias to a version; raises AirflowException when MLflow refuses it or does not answer."""
        body = json.dumps({"name": self.model, "alias": CHAMPION, "version": version}).encode()
        headers = {"Content-Type": "application/json", **self._credentials()}
        request = urllib.request.Request(  # noqa: S310 - the address is a setting of the environment
            f"{self.tracking_uri.rstrip('/')}{_PATH}", data=body, headers=headers, method="POST"
        )
        subject = f"alias {CHAMPION} of {self.model}, version {version}"
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310 - see above
                return
        except urllib.error.HTTPError as error:
            reason = error.read().decode(errors="replace")[:300]
            raise AirflowException(f"MLflow at {self.tracking_uri} refused {subject}: {error.code} {reason}") from error
        except OSError as error:
            raise AirflowException(
                f"MLflow at {self.tracking_uri} does not answer ({error}), so {subject} is not set; "
                "start the tracking server, then clear this task"
            ) from error

    def _credentials(self) -> dict[str, str]:
        if not self.secret:
            return {}
        account = SecretsManagerHook(aws_conn_id=None).get_secret_as_dict(self.secret)
        token = base64.b64encode(f"{account['username']}:{account['password']}".encode()).decode()
        return {"Authorization": f"Basic {token}"}
