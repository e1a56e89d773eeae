"""Compare the Iceberg tables of templates with the committed field ids: what Glue gets must agree with data files."""

from collections.abc import Iterator, Mapping
from typing import Any

from checks.assembly import ASSEMBLY, Assembly
from checks.baselines import pipeline_files
from checks.baselines.field_ids import TableIds, field_id_baseline, field_ids, forbidden_changes
from checks.finding import Finding
from infra.names import PlatformNames
from jobs.contracts.pipeline import load_pipeline, pipeline_names
from jobs.contracts.tables import Zone

IDS = "FieldIds"
RULES = (IDS,)


def table_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield the tables whose ids have another meaning than in the baseline of their pipeline, or are not in it."""
    names, committed = PlatformNames.of(assembly.config), field_id_baseline()
    contracts = field_ids(load_pipeline(name) for name in pipeline_names())
    keys = {_address(names, key): key for key in {*committed, *contracts}}
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            key = keys.get((properties.get("DatabaseName"), properties.get("Name")))
            if resource["Type"] == "AWS::Glue::Table" and key is not None:
                formerly = contracts[key].formerly if key in contracts else {}
                rendered = _rendered(properties["OpenTableFormatInput"]["IcebergInput"], formerly)
                for message in _differences(key, committed, rendered):
                    yield Finding(ASSEMBLY, IDS, f"{stack}/{logical_id}", message)


def _differences(key: str, committed: Mapping[str, TableIds], rendered: TableIds) -> list[str]:
    if key not in committed:
        if key.partition("/")[0] not in pipeline_files.committed(pipeline_files.FIELD_IDS):
            return []  # the pipeline is new
        return [f"table {key}: its field ids are not committed; run `make baseline`"]
    return forbidden_changes({key: committed[key]}, {key: rendered})


def _address(names: PlatformNames, key: str) -> tuple[str, str]:
    pipeline, zone, table = key.split("/")
    return names.database(pipeline, Zone(zone)), table


def _rendered(iceberg: Mapping[str, Any], formerly: Mapping[int, tuple[str, ...]]) -> TableIds:
    table = iceberg["IcebergTableInput"]
    partitions = table.get("PartitionSpec", {"Fields": []})["Fields"]
    return TableIds(
        columns={each["Id"]: f"{each['Name']} {each['Type']}" for each in table["Schema"]["Fields"]},
        partitions={each["FieldId"]: f"{each['SourceId']} {each['Transform']}" for each in partitions},
        formerly=formerly,
    )
