"""CSV files of different kinds, computed with fixed seeds."""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

Rows = list[list[str]]


def write_csv(path: Path, rows: Iterable[Sequence[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding=encoding) as opened:
        csv.writer(opened, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return path


def hourly_rentals(days: int = 24) -> Rows:
    chance = random.Random(1)
    rows = [["hour", "temperature", "weather", "count"]]
    for number in range(days * 24):
        moment = datetime(2025, 3, 1) + timedelta(hours=number)
        temperature = "NA" if chance.random() < 0.05 else f"{8 + chance.gauss(0, 3):.1f}"
        weather = chance.choice(["clear", "rain", "snow"])
        rows.append([f"{moment:%Y-%m-%d %H:%M:%S}", temperature, weather, str(20 + moment.hour + chance.randrange(30))])
    return rows


def shop_visits(days: int = 70) -> Rows:
    chance = random.Random(2)
    rows = [["Kunden-ID", "Datum", "Stadt", "Verweildauer", "Umsatz", "Gekauft"]]
    for number in range(days * 3):
        day = date(2025, 1, 6) + timedelta(days=number // 3)
        minutes = chance.uniform(1, 30)
        bought = chance.random() < minutes / 35
        city = chance.choice(["Köln", "München", "Berlin"])
        spent = f"{minutes * 3:.2f}".replace(".", ",") if bought else "0,00"
        duration = f"{minutes:.1f}".replace(".", ",")
        rows.append([f"K{number:05d}", f"{day:%d.%m.%Y}", city, duration, spent, "ja" if bought else "nein"])
    return rows


def machine_states(weeks: int = 30) -> Rows:
    chance = random.Random(3)
    rows = [["machine", "at", "vibration", "state"]]
    for number in range(weeks * 7):
        moment = datetime(2025, 1, 6) + timedelta(days=number)
        for machine in ("a", "b"):
            vibration = chance.uniform(0, 3)
            state = ("idle", "running", "failing")[int(vibration + chance.uniform(-0.2, 0.2)) % 3]
            rows.append([machine, f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{vibration:.3f}", state])
    return rows
