"""A small flight_delay pipeline, its landing files, and jobs with separate tables."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pyspark.sql import SparkSession

from jobs.contracts.names import LakeNames
from jobs.contracts.partitions import Span
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Table
from jobs.pipelines.flight_delay.pipeline import PIPELINE
from jobs.spark.job import Job
from jobs.spark.transforms import load_transforms
from tests.jobs.spark.samples import write_files

MONTHS = Span("2013-01", "2013-02")
_numbers = itertools.count()
_T = TypeVar("_T", bound=Table)

FLIGHTS_HEADER = (
    "year,day,dep_time,sched_dep_time,dep_delay,arr_time,sched_arr_time,arr_delay,carrier,flight,tailnum,origin,dest,"
    "air_time,distance,hour,minute,time_hour"
)
WEATHER_HEADER = "origin,year,day,hour,temp,dewp,humid,wind_dir,wind_speed,wind_gust,precip,pressure,visib,time_hour"
AIRLINES = "carrier,name\nUA,United Air Lines Inc.\nB6,JetBlue Airways\n"
AIRPORTS = (
    "faa,name,lat,lon,alt,tz,dst,tzone\n"
    "JFK,Kennedy,40.6,-73.8,13,-5,A,America/New_York\nLAX,Los Angeles,33.9,-118.4,126,-8,A,America/Los_Angeles\n"
)
PLANES = (
    "tailnum,year,type,manufacturer,model,engines,seats,speed,engine\n"
    "N1,2003,Fixed wing multi engine,BOEING,737,2,150,NA,Turbo-fan\n"
)


def small_pipeline() -> Pipeline:
    """The pipeline with quality limits that a few rows satisfy."""
    return replace(
        PIPELINE,
        sources=tuple(_relaxed(table) for table in PIPELINE.sources),
        cleansed=tuple(_relaxed(table) for table in PIPELINE.cleansed),
    )


def new_job(spark: SparkSession, run_id: str = "run-1") -> Job:
    """A job in an environment of its own, so that tests share no tables."""
    names = LakeNames(f"t{next(_numbers)}", "111111111111", "us-east-1")
    pipeline = small_pipeline()
    return Job(spark=spark, pipeline=pipeline, transforms=load_transforms(pipeline.name), names=names, run_id=run_id)


def flight(month: str, day: int, hour: int, *, number: int = 1, delay: str = "5", carrier: str = "UA") -> str:
    """The CSV row of a flight from New York to Los Angeles; a delay of `NA` is a cancelled flight."""
    known = delay != "NA"
    clock = f"{hour}30"
    return ",".join(
        [
            *(
                "2013",
                str(day),
                clock if known else "NA",
                clock,
                delay,
                clock if known else "NA",
                f"{hour + 3}00",
                delay,
            ),
            *(carrier, str(number), "N1", "JFK", "LAX", "300" if known else "NA", "2475", str(hour), "30"),
            f"2013-{month[5:]}-{day:02d}T{hour + 5:02d}:00:00Z",
        ]
    )


def weather(month: str, day: int, hour: int, *, wind: str = "10.5") -> str:
    """The CSV row of an hourly observation."""
    moment = f"2013-{month[5:]}-{day:02d}T{hour + 5:02d}:00:00Z"
    return f"JFK,2013,{day},{hour},40.1,30,60.5,NA,{wind},NA,0,1012,10,{moment}"


def land(folder: Path, files: Mapping[str, str] | None = None) -> str:
    """Write landing files for two months, with the given files replaced, and return the URI of the folder."""
    hours = range(6, 18, 2)
    content = {"airlines/airlines.csv": AIRLINES, "airports/airports.csv": AIRPORTS, "planes/planes.csv": PLANES}
    for month in (MONTHS.first, MONTHS.last):
        rows = [
            flight(month, day, hour, number=hour, delay="40" if hour > 12 else "3") for day in (1, 2) for hour in hours
        ]
        rows.append(flight(month, 2, 18, number=99, delay="NA", carrier="B6"))
        observed = [weather(month, day, hour) for day in (1, 2) for hour in range(3, 18)]
        content[f"flights/month={month}/flights.csv"] = "\n".join([FLIGHTS_HEADER, *rows]) + "\n"
        content[f"weather/month={month}/weather.csv"] = "\n".join([WEATHER_HEADER, *observed]) + "\n"
    return write_files(folder, {**content, **(files or {})})


def _relaxed(table: _T) -> _T:
    return replace(table, quality=replace(table.quality, minimum_rows=1, maximum_quarantined=0.3, freshness_days=None))
