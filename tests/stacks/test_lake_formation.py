from collections.abc import Iterator
from dataclasses import replace
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Any

import pytest

from infra.environments import DEV
from infra.names import BootstrapRole, PlatformNames, RolePurpose
from jobs.contracts.tables import TABLE_ZONES, Zone
from stacks.synth import add_environment, new_app
from tests.infra.pipelines import METERS, READINGS, VALUE
from tests.stacks.conftest import Templates, templates_in
from tests.stacks.templates import resources

NAMES = PlatformNames.of(DEV)
READER = "arn:aws:iam::111111111111:role/analyst"
GRANT = "AWS::LakeFormation::PrincipalPermissions"
#: Grants that Lake Formation accepts from CloudFormation: resource type, its form and the permissions allowed on it.
SHAPES = {
    ("Database", None, ("DESCRIBE",)),
    ("Database", None, ("CREATE_TABLE", "DESCRIBE")),
    ("DataLocation", None, ("DATA_LOCATION_ACCESS",)),
    *(
        ("Table", which, permissions)
        for which in ("Name", "TableWildcard")
        for permissions in (
            ("DESCRIBE", "SELECT"),
            ("ALTER", "DELETE", "DESCRIBE", "INSERT"),
            ("ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT"),
        )
    ),
    ("TableWithColumns", "ColumnWildcard", ("SELECT",)),
}


@pytest.fixture(scope="module")
def governed(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Development with Lake Formation on, a sensitive column and a reader."""
    folder = tmp_path_factory.mktemp("governed")
    app = new_app(folder)
    lake = replace(DEV.lake, lake_formation=True, readers=(READER,))
    secret = replace(VALUE, id=4, name="owner", sensitive=True)
    pipeline = replace(METERS, sources=(replace(READINGS, columns=(*READINGS.columns, secret)),))
    add_environment(app, replace(DEV, lake=lake), [pipeline])
    app.synth()
    return templates_in(folder, "mlops-dev")


def grants(templates: Templates) -> Iterator[dict[str, Any]]:
    for template in templates.values():
        yield from resources(template, GRANT)


def shape(grant: dict[str, Any]) -> tuple[str, str | None, tuple[str, ...]]:
    ((kind, place),) = grant["Resource"].items()
    which = [name for name in ("TableWildcard", "ColumnWildcard", "Name") if name in place]
    return kind, which[0] if kind.startswith("Table") else None, tuple(grant["Permissions"])


def test_off_means_that_nothing_of_lake_formation_is_touched(dev: Templates) -> None:
    kinds = {item["Type"] for template in dev.values() for item in template["Resources"].values()}
    assert not [kind for kind in kinds if kind.startswith("AWS::LakeFormation")]
    databases = resources(dev["data"], "AWS::Glue::Database")
    assert not [each for each in databases if "CreateTableDefaultPermissions" in each["DatabaseInput"]]


def test_every_bucket_of_tables_is_registered_for_lake_formation_alone(governed: Templates) -> None:
    locations = resources(governed["data"], "AWS::LakeFormation::Resource")
    assert {each["ResourceArn"] for each in locations} == set(NAMES.bucket_arns(TABLE_ZONES))
    for each in locations:
        assert (each["HybridAccessEnabled"], each["UseServiceLinkedRole"]) == (False, False)
        assert each["RoleArn"] == NAMES.role_arn(RolePurpose.LAKE_ACCESS)


def test_the_account_s_own_settings_are_left_alone(governed: Templates) -> None:
    for template in governed.values():
        assert not resources(template, "AWS::LakeFormation::DataLakeSettings")


def test_nothing_is_granted_to_everybody_and_new_tables_are_not_either(governed: Templates) -> None:
    principals = {grant["Principal"]["DataLakePrincipalIdentifier"] for grant in grants(governed)}
    assert all(principal.startswith(f"arn:aws:iam::{DEV.account}:role/") for principal in principals)
    for template in governed.values():
        for database in resources(template, "AWS::Glue::Database"):
            assert database["DatabaseInput"]["CreateTableDefaultPermissions"] == []


def test_only_accepted_grants_are_used_and_none_can_be_passed_on(governed: Templates) -> None:
    found = list(grants(governed))
    assert {shape(grant) for grant in found} <= SHAPES
    assert all(grant["PermissionsWithGrantOption"] == [] for grant in found)


def test_the_sensitive_column_is_withheld_from_the_reader(governed: Templates) -> None:
    places = [
        grant["Resource"]["TableWithColumns"]
        for grant in grants(governed)
        if grant["Principal"]["DataLakePrincipalIdentifier"] == READER and "TableWithColumns" in grant["Resource"]
    ]
    withheld = {(each["DatabaseName"], each["Name"]): each["ColumnWildcard"] for each in places}
    assert withheld == {
        (NAMES.database("meters", Zone.RAW), "readings"): {"ExcludedColumnNames": ["owner"]},
        # The text of a row has all its columns.
        (NAMES.database("meters", Zone.QUARANTINE), "readings_rows"): {"ExcludedColumnNames": ["reason", "row"]},
    }


def test_every_grant_is_for_a_role_that_exists_by_then(governed: Templates) -> None:
    for stack in ("data", "pipeline-meters"):
        roles = {role["RoleName"] for role in resources(governed[stack], "AWS::IAM::Role")}
        known = {f"arn:aws:iam::{DEV.account}:role/{role}" for role in roles} | {
            READER,
            NAMES.bootstrap_role_arn(BootstrapRole.CLOUDFORMATION),
        }
        found = {each["Principal"]["DataLakePrincipalIdentifier"] for each in resources(governed[stack], GRANT)}
        assert found
        assert found <= known


def test_grants_are_made_one_after_the_other(governed: Templates) -> None:
    for template in governed.values():
        found = {key: item for key, item in template["Resources"].items() if item["Type"] == GRANT}
        waits_for = {key: set(item.get("DependsOn", [])) & found.keys() for key, item in found.items()}
        order = list(TopologicalSorter(waits_for).static_order())
        assert all(earlier in waits_for[later] for earlier, later in pairwise(order))


def test_feature_groups_wait_for_the_right_to_make_their_tables(governed: Templates) -> None:
    template = governed["pipeline-meters"]["Resources"]
    (group,) = (item for item in template.values() if item["Type"] == "AWS::SageMaker::FeatureGroup")
    waited = [template[name] for name in group["DependsOn"] if template[name]["Type"] == GRANT]
    assert [each["Properties"]["Permissions"] for each in waited] == [["CREATE_TABLE", "DESCRIBE"]]


def test_switching_it_on_replaces_nothing_that_holds_data(dev: Templates, governed: Templates) -> None:
    kinds = ("AWS::S3::Bucket", "AWS::Glue::Table", "AWS::Glue::Database", "AWS::SageMaker::FeatureGroup")
    before, after = (
        {key for each in found.values() for key, item in each["Resources"].items() if item["Type"] in kinds}
        for found in (dev, governed)
    )
    assert before == after
