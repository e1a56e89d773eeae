from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.baselines.feature_schema import forbidden_changes, schema_baseline, schemas
from checks.baselines.pipeline_files import FEATURE_SCHEMA, committed
from infra.environments import ENVIRONMENTS
from infra.names import PlatformNames
from jobs.contracts.features import FeatureGroup
from jobs.contracts.pipeline import load_pipeline, pipeline_names
from jobs.contracts.tables import Column, ColumnType
from tests.infra.pipelines import GROUP, METERS, VALUE

PIPELINES = [load_pipeline(name) for name in pipeline_names()]
NEW = Column(name="peak", type=ColumnType.DOUBLE, description="watts")


def changes(group: FeatureGroup) -> list[str]:
    after = replace(METERS, feature_groups=(group,))
    return forbidden_changes(schemas([METERS]), schemas([after]))


def test_no_feature_group_changes_in_a_way_the_store_cannot_take() -> None:
    assert forbidden_changes(schema_baseline(), schemas(PIPELINES)) == []


def test_the_baseline_equals_the_schemas_of_the_contracts() -> None:
    # After adding a group or feature, run `make baseline`, which rejects changes that the store cannot apply.
    known = committed(FEATURE_SCHEMA)
    assert schema_baseline() == schemas(each for each in PIPELINES if each.name in known)


def test_features_may_be_added_at_the_end_and_groups_may_come_and_go() -> None:
    assert changes(replace(GROUP, features=(VALUE, NEW))) == []
    assert changes(replace(GROUP, name="meter_days_v2", features=(NEW,))) == []


@pytest.mark.parametrize(
    ("features", "now"),
    [
        ((), "nothing"),
        ((NEW, VALUE), "peak Fractional"),
        ((replace(VALUE, type=ColumnType.STRING),), "value String"),
        ((replace(VALUE, name="use"),), "use Integral"),
    ],
    ids=["dropped", "moved", "of another type", "renamed"],
)
def test_any_other_change_is_refused_with_the_way_out(features: tuple[Column, ...], now: str) -> None:
    assert changes(replace(GROUP, features=features)) == [
        f"feature group meters/meter_days: column 3 was 'value Integral' and is now {now!r}; "
        "allowed are new features at the end, or a new group, for example meters/meter_days_v2"
    ]


def test_another_identifier_is_refused() -> None:
    assert len(changes(replace(GROUP, record_identifier=NEW))) == 1


COLUMNS = st.lists(st.sampled_from(["a String", "b String", "b Integral", "c Integral"]), max_size=5)


@given(COLUMNS, COLUMNS)
def test_a_change_is_allowed_exactly_when_the_old_columns_come_first(before: list[str], after: list[str]) -> None:
    allowed = forbidden_changes({"p/g": before}, {"p/g": after}) == []
    assert allowed is (after[: len(before)] == before)


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_names_fit_where_sagemaker_and_glue_put_them(name: str) -> None:
    names = PlatformNames.of(ENVIRONMENTS[name])
    for pipeline in PIPELINES:
        for group in pipeline.feature_groups:
            assert len(names.feature_group(pipeline.name, group.name)) <= 64
            table = names.feature_table(pipeline.name, group.name)
            # Glue folds upper case and Feature Store refuses hyphens (aws/sagemaker-python-sdk PR 5927, 2026-06).
            assert table.isidentifier()
            assert table == table.lower()
