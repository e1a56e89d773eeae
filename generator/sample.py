"""Sample data for a pipeline that begins without data of its own."""

import csv
import io
import math
import random
from datetime import date, timedelta

_SITES = ("harbour", "market", "station")
_DAYS = 273
_FIRST = date(2025, 1, 1)
#: The columns with which `cli new` reads the sample.
TARGET, TIME, KEY = "energy_kwh", "date", "site"


def sample_csv() -> str:
    """Energy use of three sites on 273 days, computed from temperature and weekday with noise of a fixed seed."""
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    writer = csv.writer(text := io.StringIO(), lineterminator="\n")
    writer.writerow((TIME, KEY, "temperature_forecast", "tariff", TARGET))
    for number in range(_DAYS):
        day = _FIRST + timedelta(days=number)
        for index, site in enumerate(_SITES):
            temperature = 12 - 10 * math.cos(2 * math.pi * number / 365) + chance.gauss(0, 2)
            weekend = day.weekday() >= 5
            energy = 120 + 60 * index + 6 * abs(temperature - 12) - 35 * weekend + chance.gauss(0, 8)
            writer.writerow((day, site, f"{temperature:.1f}", "night" if weekend else "day", f"{energy:.1f}"))
    return text.getvalue()
