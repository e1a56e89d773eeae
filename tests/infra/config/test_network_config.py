import ipaddress
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.endpoints import CONTROLLED_ENDPOINTS, INTERFACE_ENDPOINTS, OPTIONAL_ENDPOINTS
from infra.config.engine_config import EngineConfig
from infra.config.location import Location
from infra.config.network_config import ImportedVpc, NetworkConfig
from infra.config.platform_config import PlatformConfig
from infra.config.s3_prefix_lists import S3_PREFIX_LISTS
from infra.config.validation import ConfigError
from infra.config.zones import UNSUITABLE, ZONE_IDS
from infra.environments import DEV, relocated
from jobs.contracts.access import SPARK_JOBS

SUBNETS = ("subnet-0123456789abcdef0", "subnet-0123456789abcdef1")
IMPORTED = ImportedVpc(vpc_id="vpc-0123456789abcdef0", subnet_ids=SUBNETS, route_table_ids=("rtb-0123456789abcdef0",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mode": "open"}, "network.mode: received 'open'; allowed is one of"),
        ({"mode": "imported"}, "network.imported: received None; allowed is an ImportedVpc in mode imported"),
        ({"imported": IMPORTED}, "network.imported: received ImportedVpc"),
        ({"interface_endpoints": INTERFACE_ENDPOINTS[1:]}, r"received \['ec2'\]; allowed is .* in mode isolated"),
        ({"open_endpoints": ("athena",)}, r"network.open_endpoints: received \['athena'\]; allowed is any of network"),
        ({"operator_cidrs": ("8.8.8.0/24",)}, "network.operator_cidrs: received '8.8.8.0/24'; allowed is a private"),
        ({"operator_cidrs": ("0.0.0.0/0",)}, "network.operator_cidrs: received '0.0.0.0/0'"),
        ({"operator_cidrs": ("10.10.8.0/24",)}, "received '10.10.8.0/24'; allowed is a network outside 10.10.0.0/16"),
        ({"s3_prefix_list": "pl-x"}, "network.s3_prefix_list: received 'pl-x'; allowed is a value like pl-63a5400a"),
        (
            {"availability_zones": ("use1-az1", "us-east-1b")},
            "network.availability_zones: received 'us-east-1b'; allowed is zone ids such as use1-az1, because names",
        ),
        (
            {"availability_zones": ("use1-az1", "use1-az3")},
            "received 'use1-az3'; allowed is another zone, because MWAA, Fargate on arm64 and EMR Serverless do",
        ),
        ({"availability_zones": ("use1-az1", "use1-az9")}, "network.availability_zones: received 'use1-az9'"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(DEV.network, **change)  # type: ignore[arg-type]


def test_an_imported_vpc_has_one_subnet_per_zone() -> None:
    assert replace(DEV.network, mode="imported", imported=IMPORTED).imported == IMPORTED
    with pytest.raises(ConfigError, match=r"network.imported.subnet_ids: .*; allowed is one per zone"):
        replace(DEV.network, mode="imported", imported=replace(IMPORTED, subnet_ids=SUBNETS[:1]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vpc_id": "vpc-1"}, "network.imported.vpc_id: received 'vpc-1'; allowed is a value like vpc-"),
        ({"subnet_ids": ("sn",)}, "network.imported.subnet_ids: received 'sn'"),
        ({"subnet_ids": (SUBNETS[0], SUBNETS[0])}, "network.imported.subnet_ids: .*; allowed is different subnets"),
        ({"route_table_ids": ()}, "network.imported.route_table_ids: .*; allowed is the subnets' route tables"),
        ({"endpoint_cidr": "10.9.0.0/16"}, "network.imported.endpoint_cidr: .*; allowed is None unless has_endpoints"),
        (
            {"endpoint_cidr": "9.9.0.0/16", "has_endpoints": True},
            "network.imported.endpoint_cidr: received '9.9.0.0/16'",
        ),
    ],
)
def test_what_is_imported_is_named_as_aws_names_it(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(IMPORTED, **change)  # type: ignore[arg-type]


blocks = st.builds(
    lambda second, prefix: str(ipaddress.ip_network((f"10.{second}.0.0", prefix), strict=False)),
    st.integers(0, 255),
    st.integers(16, 22),
)
suitable = [zone for ids in ZONE_IDS.values() for zone in ids if zone not in UNSUITABLE]
zones = st.lists(st.sampled_from(suitable), min_size=2, max_size=3, unique_by=lambda zone: zone[-1]).map(tuple)


@given(cidr=blocks, some=zones, others=zones)
def test_a_zone_has_one_block_whatever_the_other_zones_are(
    cidr: str, some: tuple[str, ...], others: tuple[str, ...]
) -> None:
    one, other = (NetworkConfig(cidr=cidr, availability_zones=each) for each in (some, others))
    assert {zone: one.subnet_cidr(zone) for zone in some} == {zone: other.subnet_cidr(zone) for zone in some}
    by_number = {zone[-1]: zone for zone in (*some, *others)}
    networks = [ipaddress.ip_network(one.subnet_cidr(zone)) for zone in by_number.values()]
    assert all(network.subnet_of(ipaddress.ip_network(cidr)) for network in networks)  # type: ignore[arg-type]
    assert not any(left.overlaps(right) for left, right in combinations(networks, 2))


subsets = st.lists(st.sampled_from((*INTERFACE_ENDPOINTS, *OPTIONAL_ENDPOINTS)), unique=True).map(tuple)
complete = subsets.map(lambda chosen: tuple(dict.fromkeys((*INTERFACE_ENDPOINTS, *chosen))))


@given(
    mode=st.sampled_from(["isolated", "egress", "imported"]),
    endpoints=st.one_of(subsets, complete),
    imported=st.sampled_from([None, IMPORTED, replace(IMPORTED, has_endpoints=True)]),
    lake_formation=st.booleans(),
    engine=st.sampled_from(["emr", "emr-serverless"]),
)
def test_accepted_settings_have_a_way_to_every_service(
    mode: str, endpoints: tuple[str, ...], imported: ImportedVpc | None, lake_formation: bool, engine: str
) -> None:
    is_complete = set(endpoints) >= set(INTERFACE_ENDPOINTS)
    try:
        network = replace(DEV.network, mode=mode, interface_endpoints=endpoints, imported=imported)  # type: ignore[arg-type]
    except ConfigError:
        assert (mode == "imported") != (imported is not None) or (mode == "isolated" and not is_complete)
        return
    lake, engines = (
        replace(DEV.lake, lake_formation=lake_formation),
        EngineConfig(jobs=dict.fromkeys(SPARK_JOBS, engine)),
    )
    config = replace(DEV, network=network, lake=lake, engines=engines)
    services = {endpoint.service for endpoint in config.endpoints}
    assert services <= set(endpoints)
    if mode == "isolated":
        unused = {
            "elasticmapreduce": engine == "emr",
            "emr-serverless": engine == "emr-serverless",
            "lakeformation": lake_formation,
        }
        assert set(endpoints) - services == {service for service, is_used in unused.items() if not is_used}


def test_the_owner_of_an_imported_vpc_may_keep_the_endpoints() -> None:
    def endpoints(imported: ImportedVpc) -> int:
        return len(replace(DEV, network=replace(DEV.network, mode="imported", imported=imported)).endpoints)

    assert (endpoints(IMPORTED), endpoints(replace(IMPORTED, has_endpoints=True))) == (len(DEV.endpoints), 0)
    assert set(CONTROLLED_ENDPOINTS) < set(INTERFACE_ENDPOINTS)


def test_a_region_without_a_known_prefix_list_of_s3_must_be_told() -> None:
    def moved(region: str, prefix_list: str | None) -> PlatformConfig:
        network = replace(DEV.network, s3_prefix_list=prefix_list)
        return relocated(replace(DEV, network=network), Location(region=region))

    assert moved("eu-central-1", None).s3_prefix_list == S3_PREFIX_LISTS["eu-central-1"]
    assert moved("eu-central-1", "pl-0123456789abcdef0").s3_prefix_list == "pl-0123456789abcdef0"
    assert "me-south-1" not in S3_PREFIX_LISTS
    with pytest.raises(
        ConfigError, match=r"network.s3_prefix_list: received None; allowed is the prefix list of S3 in me-"
    ):
        moved("me-south-1", None)


def test_endpoints_without_a_caller_are_created_on_request_only() -> None:
    assert not {endpoint.service for endpoint in DEV.endpoints} & set(OPTIONAL_ENDPOINTS)
    network = replace(DEV.network, interface_endpoints=(*INTERFACE_ENDPOINTS, "athena"))
    assert "athena" in {endpoint.service for endpoint in replace(DEV, network=network).endpoints}
