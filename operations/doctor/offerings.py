"""Instance types and database classes that the region or the zones of the environment do not offer."""

from collections.abc import Iterator

from jobs.contracts.engines import Engine
from operations.doctor.obstacle import FIRST_RUN, Obstacle
from operations.doctor.subject import Subject


def offering_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for a fleet of EMR none of whose types is offered, and for the class of MLflow's database."""
    yield from _fleets(subject)
    yield from _database(subject)


def _fleets(subject: Subject) -> Iterator[Obstacle]:
    spark, zones = subject.config.spark, subject.config.network.availability_zones
    if spark.mode != "persistent" and not subject.config.engines.jobs_on(Engine.EMR):
        return
    fleets = {"primary_types": spark.primary_types, "core_types": spark.core_types, "task_types": spark.task_types}
    wanted = sorted({instance_type for types in fleets.values() for instance_type in types})
    filters = [{"Name": "instance-type", "Values": wanted}, {"Name": "location", "Values": list(zones)}]
    offers = subject.pages(
        "ec2",
        "describe_instance_type_offerings",
        "InstanceTypeOfferings",
        LocationType="availability-zone-id",
        Filters=filters,
    )
    by_zone = {zone: {offer["InstanceType"] for offer in offers if offer["Location"] == zone} for zone in zones}
    # All nodes of a cluster are in one zone, which EMR chooses among the subnets.
    if not any(all(by_zone[zone] & set(types) for types in fleets.values()) for zone in zones):
        yield Obstacle(
            stage="compute" if spark.mode == "persistent" else FIRST_RUN,
            what=f"none of the zones {', '.join(zones)} offers a type of each fleet among {', '.join(wanted)}",
            why="EMR places all nodes of a cluster in one zone, and ends the cluster with VALIDATION_ERROR",
            remedy=[
                "aws ec2 describe-instance-type-offerings --location-type availability-zone-id "
                "--filters 'Name=instance-type,Values=m?g.xlarge,r?g.xlarge' --output table",
                "choose offered types as spark.primary_types, core_types and task_types in infra/environments.py",
            ],
        )


def _database(subject: Subject) -> Iterator[Obstacle]:
    for purpose, _, properties in subject.resources("AWS::RDS::DBInstance"):
        wanted, engine = properties["DBInstanceClass"], properties["Engine"]
        options = subject.client("rds").describe_orderable_db_instance_options(
            Engine=engine, DBInstanceClass=wanted, MaxRecords=20
        )["OrderableDBInstanceOptions"]
        if not options:
            yield Obstacle(
                stage=purpose,
                what=f"Amazon RDS offers no {wanted} for {engine} in {subject.config.region}",
                why="MLflow's database cannot be created",
                remedy=[
                    f"aws rds describe-orderable-db-instance-options --engine {engine} "
                    "--query 'OrderableDBInstanceOptions[].DBInstanceClass' --output text",
                    "choose an offered Graviton class as tracking.database_class in infra/environments.py",
                ],
            )
