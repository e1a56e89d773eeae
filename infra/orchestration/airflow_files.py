"""What MWAA reads from S3, each named by its content, so that a change deploys and an unchanged file does not."""

from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from infra.names import PlatformNames
from infra.orchestration.airflow_release import AirflowRelease, content_digest

_AS_IT_IS = cdk.FileAssetPackaging.FILE


class AirflowFiles(Construct):
    """The files of a release as single assets, the DAG folder below a prefix that is the hash of it all.

    A changed DAG is a new prefix, hence a deployment; an unchanged one is none. Old folders stay for rollback.
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, release: AirflowRelease) -> None:
        super().__init__(scope, construct_id)
        self._prefix = names.prefix
        # Read once: each look into the tree is a call to Node, and there are as many files as modules.
        self._outdir, self._synthesizer = _outdir(self), cdk.Stack.of(self).synthesizer
        self.dag_path = f"{self._prefix}/dags/{release.dag_digest}/"
        for path, text in sorted(release.dags.items()):
            self._publish(f"{self.dag_path}{path}", text.encode())
        self.requirements_path = self._publish_by_content("requirements", ".txt", release.requirements.encode())
        self.startup_path = self._publish_by_content("startup", ".sh", release.startup.encode())

    def _publish_by_content(self, folder: str, suffix: str, content: bytes) -> str:
        return self._publish(f"{self._prefix}/{folder}/{content_digest(content)}{suffix}", content)

    def _publish(self, key: str, content: bytes) -> str:
        """Make the CLI upload the content under this key of the assets bucket, before the stack is deployed."""
        staged = self._outdir / "airflow-files" / key
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(content)
        # The synthesizer appends the file's suffix to the hash it is given, and takes any text for a hash.
        self._synthesizer.add_file_asset(
            source_hash=key.removesuffix(Path(key).suffix),
            file_name=str(staged.relative_to(self._outdir)),
            packaging=_AS_IT_IS,
            display_name=key,
        )
        return key


def _outdir(construct: Construct) -> Path:
    stage = cdk.Stage.of(construct)
    if stage is None:
        raise TypeError(f"{construct.node.path}: is not part of an App")
    return Path(stage.outdir)
