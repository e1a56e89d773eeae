"""The files that MWAA reads from S3, each named by the hash of its content, so that only changed files are deployed."""

from pathlib import Path

import aws_cdk as cdk
from constructs import Construct

from infra.names import PlatformNames
from infra.orchestration.airflow_release import AirflowRelease, content_digest

_AS_IT_IS = cdk.FileAssetPackaging.FILE


class AirflowFiles(Construct):
    """The files of a release as single assets; the prefix of the DAG folder is the hash of all its files.

    A changed DAG file gives a new prefix and therefore a deployment. Old folders stay for rollback. `uploads` is the
    synthesizer of the stack, which puts every file below the environment's folder.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        release: AirflowRelease,
        uploads: cdk.IStackSynthesizer,
    ) -> None:
        super().__init__(scope, construct_id)
        self._folder = names.asset_folder
        self._outdir, self._uploads = _outdir(self), uploads
        self.dag_path = f"{self._folder}dags/{release.dag_digest}/"
        for path, text in sorted(release.dags.items()):
            self._publish(f"dags/{release.dag_digest}/{path}", text.encode())
        self.requirements_path = self._publish_by_content("requirements", ".txt", release.requirements.encode())
        self.startup_path = self._publish_by_content("startup", ".sh", release.startup.encode())

    def _publish_by_content(self, folder: str, suffix: str, content: bytes) -> str:
        return self._publish(f"{folder}/{content_digest(content)}{suffix}", content)

    def _publish(self, path: str, content: bytes) -> str:
        """Register the content as an asset that the CLI uploads before it deploys the stack, and return its key."""
        staged = self._outdir / "airflow-files" / self._folder / path
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(content)
        # The key is the folder of the environment, the given hash, which can be any text, and the suffix of the file.
        self._uploads.add_file_asset(
            source_hash=path.removesuffix(Path(path).suffix),
            file_name=str(staged.relative_to(self._outdir)),
            packaging=_AS_IT_IS,
            display_name=path,
        )
        return f"{self._folder}{path}"


def _outdir(construct: Construct) -> Path:
    stage = cdk.Stage.of(construct)
    if stage is None:
        raise TypeError(f"{construct.node.path}: is not part of an App")
    return Path(stage.outdir)
