"""Update the committed baselines: identities of stateful resources, schemas of feature groups, ids of columns."""

from pathlib import Path
from tempfile import TemporaryDirectory

from checks.baselines import feature_schema, field_ids, replacement
from common.errors import PlatformError
from infra.environments import ENVIRONMENTS
from jobs.contracts.pipeline import load_pipeline, pipeline_names
from stacks.synth import synthesize


def update_schema_baseline() -> tuple[Path, int]:
    """Write the schemas of the contracts and return the file and the number of feature groups.

    Raises PlatformError if the feature store could not apply a change.
    """
    current = feature_schema.schemas(load_pipeline(name) for name in pipeline_names())
    messages = feature_schema.forbidden_changes(feature_schema.schema_baseline(), current)
    if messages:
        raise PlatformError("; ".join(messages))
    return feature_schema.write_schema_baseline(current), len(current)


def update_field_id_baseline() -> tuple[Path, int]:
    """Write the field ids of the contracts and return the file and the number of tables.

    Raises PlatformError if an id gets another column, or an id of a removed column is used again.
    """
    current = field_ids.field_ids(load_pipeline(name) for name in pipeline_names())
    messages = field_ids.forbidden_changes(field_ids.field_id_baseline(), current)
    if messages:
        raise PlatformError("; ".join(messages))
    return field_ids.write_field_id_baseline(current), len(current)


def update_identity_baselines() -> dict[Path, int]:
    """Synthesize all environments, write the identities of each and return the number of resources by file.

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
    return {
        replacement.write_baseline(environment, identities): len(identities)
        for environment, identities in current.items()
    }


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
