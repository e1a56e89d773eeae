"""The section on data quality: rows read, quarantined and written, violated rules and treated values."""

from collections import Counter

from jobs.reporting.blocks import Block, Figure, Figures, Table, Text, columns, identifier
from jobs.reporting.charts.rows import Bar, Row, Rows, rows
from jobs.reporting.charts.scale import Scale
from jobs.reporting.text import Document, as_text, count, enumerated, share


def quality(summary: Document) -> list[Block]:
    """Return row counts per table over all partitions of the run, quarantined rows by rule, and treated values."""
    tables = summary.get("tables") or ()
    if not tables:
        return [Text("No job reported a table.")]
    blocks: list[Block] = [_sentence(tables), _tables(tables)]
    blocks += _ignored(tables)
    if rules := _rules(tables):
        blocks.append(Figures((_rules_figure(rules),), narrow=False))
    return [*blocks, *_treatments(summary)]


def _sentence(tables: list[Document]) -> Text:
    quarantined = sum(table.get("rows_quarantined") or 0 for table in tables)
    checked = sum(table.get("rows_in") or 0 for table in tables if str(table.get("table")).startswith("raw."))
    if not quarantined:
        return Text(f"{count(checked)} landed rows were checked; none violated a rule of its table's contract.")
    part = f" ({share(quarantined / checked)})" if checked else ""
    return Text(
        f"{count(checked)} landed rows were checked, {count(quarantined)} violated a rule of their table's "
        f"contract{part}. The quarantine tables contain them with the names of the rules."
    )


def _rules_figure(rules: list[tuple[str, float]]) -> Figure:
    drawn = [Row(rule, [Bar(0.0, number, count(number))], [count(number)]) for rule, number in rules]
    scale = Scale.over([number for _, number in rules], zero=True)
    chart = Rows(title="Quarantined rows by rule", scale=scale, rows=drawn, heads=("table and rule", "rows"))
    return Figure(chart.title, rows(chart), "A row can violate several rules.")


def _tables(tables: list[Document]) -> Table:
    body = tuple(
        (
            as_text(table.get("table")),
            count(table.get("rows_in")),
            count(table.get("rows_quarantined")),
            count(table.get("rows_out")),
            identifier(as_text(table.get("snapshot_id"))),
        )
        for table in tables
    )
    heads = columns("table", "#rows in", "#quarantined", "#rows out", "snapshot")
    return Table("Row counts over all partitions of the run", heads, body)


def _ignored(tables: list[Document]) -> list[Text]:
    """Return a sentence for each table whose files have columns that its contract does not name."""
    return [
        Text(
            f"{table.get('table')} has the {'column' if len(names) == 1 else 'columns'} {enumerated(names)}, which the "
            "contract does not name: not read."
        )
        for table in tables
        if (names := [str(name) for name in table.get("ignored_columns") or ()])
    ]


def _rules(tables: list[Document]) -> list[tuple[str, float]]:
    rows_by_rule: Counter[str] = Counter()
    for table in tables:
        for rule, number in (table.get("rules") or {}).items():
            rows_by_rule[f"{str(table.get('table')).removeprefix('raw.')}: {rule}"] += number
    return [(rule, number) for rule, number in rows_by_rule.most_common() if number]


def _treatments(summary: Document) -> list[Block]:
    treatments = summary.get("treatments") or ()
    if not treatments:
        return [Text("No outlier or missing value was treated.")]
    body = tuple(
        (as_text(each.get("column")), as_text(each.get("treatment")), count(each.get("rows"))) for each in treatments
    )
    return [Table("Outliers and missing values", columns("column", "treatment", "#rows"), body)]
