"""Synthesis of several environments in one process, each into its own folder."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import cx_api

from infra.config.platform_config import PlatformConfig
from infra.feature_flags import feature_flags
from jobs.contracts.pipeline import Pipeline, require_distinct
from jobs.pipeline_check.check import checked_pipelines
from stacks.platform import Platform, build_platform


def new_app(
    outdir: Path | None = None, context: Mapping[str, Any] | None = None, *, is_validated: bool = False
) -> cdk.App:
    """An App with this repository's feature flags and the given context, which writes to `outdir` or CDK's default.

    CDK's own validator takes longer to start than an environment takes to build, so only deployments use it;
    `checks` runs a stricter one with the custom rules.
    """
    return cdk.App(
        outdir=str(outdir) if outdir else None,
        context={**feature_flags(), **(context or {})},
        analytics_reporting=False,
        tree_metadata=False,
        builtin_cloud_formation_validation=is_validated,
    )


def add_environment(app: cdk.App, config: PlatformConfig, pipelines: Sequence[Pipeline] | None = None) -> Platform:
    """Build the stacks of an environment, with all pipelines of this repository unless others are given.

    Raises ContractError with every mistake of the pipelines before anything is built.
    """
    chosen = checked_pipelines() if pipelines is None else pipelines
    require_distinct(chosen)
    return build_platform(app, config, chosen)


def synthesize(environments: Iterable[PlatformConfig], outdir: Path) -> dict[str, cx_api.CloudAssembly]:
    """Write `<outdir>/<environment>/` for each environment and return the assemblies by environment."""
    assemblies = {}
    for config in environments:
        app = app_for(config, outdir)
        assemblies[config.environment] = app.synth()
    return assemblies


def app_for(config: PlatformConfig, outdir: Path, context: Mapping[str, Any] | None = None) -> cdk.App:
    """The App of one environment, ready to synthesize into an empty `<outdir>/<environment>/`."""
    folder = outdir / config.environment
    # Assets are named by the hash of their content, so those of earlier syntheses would accumulate.
    shutil.rmtree(folder, ignore_errors=True)
    app = new_app(folder, context)
    add_environment(app, config)
    return app
