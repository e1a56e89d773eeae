"""Synthesis of environments, each into a folder of its own, all in one process."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import cx_api

from infra.config.platform_config import PlatformConfig
from infra.feature_flags import feature_flags
from jobs.contracts.pipeline import Pipeline, load_pipeline, pipeline_names
from stacks.platform import Platform, build_platform


def new_app(
    outdir: Path | None = None, context: Mapping[str, Any] | None = None, *, is_validated: bool = False
) -> cdk.App:
    """An App with this repository's flags, and context besides; it writes to `outdir`, or where the CLI says.

    CDK's own validator takes longer to start than an environment to build, so only a deployment's App has it;
    `checks` adds a stricter one with the house's rules.
    """
    return cdk.App(
        outdir=str(outdir) if outdir else None,
        context={**feature_flags(), **(context or {})},
        analytics_reporting=False,
        tree_metadata=False,
        builtin_cloud_formation_validation=is_validated,
    )


def add_environment(app: cdk.App, config: PlatformConfig, pipelines: Sequence[Pipeline] | None = None) -> Platform:
    """Build an environment's platform, with all pipelines of this repository unless others are given."""
    if pipelines is None:
        pipelines = [load_pipeline(name) for name in pipeline_names()]
    return build_platform(app, config, pipelines)


def synthesize(environments: Iterable[PlatformConfig], outdir: Path) -> dict[str, cx_api.CloudAssembly]:
    """Write `<outdir>/<environment>/` for each environment; returns the assemblies by environment."""
    assemblies = {}
    for config in environments:
        app = app_for(config, outdir)
        assemblies[config.environment] = app.synth()
    return assemblies


def app_for(config: PlatformConfig, outdir: Path, context: Mapping[str, Any] | None = None) -> cdk.App:
    """The App of one environment, built and ready to synthesize into an empty `<outdir>/<environment>/`."""
    folder = outdir / config.environment
    # Assets are named by content, so what an earlier synthesis left would stay for ever.
    shutil.rmtree(folder, ignore_errors=True)
    app = new_app(folder, context)
    add_environment(app, config)
    return app
