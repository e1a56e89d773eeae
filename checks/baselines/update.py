"""Update the committed baselines: identities of stateful resources, schemas of feature groups, ids of columns."""

from pathlib import Path
from tempfile import TemporaryDirectory

from checks.baselines import feature_schema, field_ids, replacement
from common.errors import PlatformError
from infra.environments import ENVIRONMENTS
from jobs.contracts.pipeline import load_pipelines
from stacks.synth import synthesize


def update_schema_baselines() -> dict[Path, int]:
    """Write the schemas of each pipeline and return the number of feature groups by file.

    Raises PlatformError if the feature store could not apply a change.
    """
    pipelines = load_pipelines()
    messages = feature_schema.forbidden_changes(feature_schema.schema_baseline(), feature_schema.schemas(pipelines))
    if messages:
        raise PlatformError("; ".join(messages))
    return {feature_schema.write_schema_baseline(each): len(each.feature_groups) for each in pipelines}


def update_field_id_baselines() -> dict[Path, int]:
    """Write the field ids of each pipeline and return the number of tables by file.

    Raises PlatformError if an id gets another column, or an id of a removed column is used again.
    """
    pipelines = load_pipelines()
    messages = field_ids.forbidden_changes(field_ids.field_id_baseline(), field_ids.field_ids(pipelines))
    if messages:
        raise PlatformError("; ".join(messages))
    return {field_ids.write_field_id_baseline(each): len(each.all_tables) for each in pipelines}


def update_identity_baselines() -> dict[Path, int]:
    """Synthesize all environments, write the identities of platform and pipelines and return their number by file.

    Raises PlatformError if a stateful resource would be replaced without an entry in `accepted_replacements.toml`.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        synthesize(ENVIRONMENTS.values(), folder)
        current = {
            environment: replacement.identities(folder / environment, config.region)
            for environment, config in ENVIRONMENTS.items()
        }
    _require_accepted(current)
    return replacement.write_baselines(current)


def _require_accepted(current: dict[str, replacement.Identities]) -> None:
    entries = replacement.accepted()
    unaccepted = [
        change
        for environment, identities in current.items()
        for change in replacement.unaccepted(
            replacement.replacements(replacement.baseline(environment), identities), entries
        )
    ]
    if unaccepted:
        listed = "; ".join(map(str, unaccepted[:5]))
        raise PlatformError(
            f"{len(unaccepted)} replacements without an entry in checks/baselines/accepted_replacements.toml, the "
            f"first are {listed}; undo the change or add an entry with a reason for each"
        )
