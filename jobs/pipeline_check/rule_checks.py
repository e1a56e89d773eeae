"""Checks of the rules of tables: what is wrong with a condition of Spark SQL that can be seen without Spark."""

import re
from collections.abc import Iterator

from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Rule, Table
from jobs.pipeline_check.mistake import Found

_TOKEN = re.compile(
    r"(?P<text>'(?:[^'\\]|\\.)*')|`(?P<quoted>[^`]+)`|(?P<number>\d[\w.]*)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<mark>[-+*/%=<>!,.|&^~:]|[()\[\]])|(?P<blank>\s+)"
)
#: Words of conditions that are neither columns nor functions.
_KEYWORDS = frozenset(
    {"and", "or", "not", "is", "null", "true", "false", "in", "between", "like", "ilike", "rlike", "escape"}
    | {"case", "when", "then", "else", "end", "as", "div", "distinct", "from", "interval"}
    | {"date", "timestamp", "string", "int", "bigint", "double", "float", "boolean"}
)


def check_rules(pipeline: Pipeline) -> Iterator[Found]:
    """Mistakes in the rules of sources and cleansed tables."""
    for table in (*pipeline.sources, *pipeline.cleansed):
        names = [rule.name for rule in table.quality.rules]
        for rule in table.quality.rules:
            if names.count(rule.name) > 1:
                yield Found(
                    f"rule {rule.name} of {table.name} is declared twice; each needs its own name", (rule.name,)
                )
            problem = _problem(rule, table)
            if problem:
                yield Found(
                    f"rule {rule.name} of {table.name}: condition {rule.condition!r} {problem}",
                    (rule.condition, rule.name),
                    "Rule",
                )


def _problem(rule: Rule, table: Table) -> str | None:
    tokens = list(_TOKEN.finditer(rule.condition))
    if sum(len(token[0]) for token in tokens) < len(rule.condition) or not _is_balanced(rule.condition, tokens):
        return "is no Spark SQL: a quote or parenthesis is not closed, or a character has no meaning"
    named = [token["quoted"] or token["name"] for token in tokens if token["quoted"] or _may_be_column(token)]
    unknown = sorted({name for name in named if name not in table.column_names})
    if unknown:
        return f"names {unknown}; columns are {list(table.column_names)}"
    return None if named else f"names no column; columns are {list(table.column_names)}"


def _may_be_column(token: re.Match[str]) -> bool:
    is_function = re.match(r"\s*\(", token.string[token.end() :]) is not None
    return bool(token["name"]) and not is_function and token["name"].lower() not in _KEYWORDS


def _is_balanced(condition: str, tokens: list[re.Match[str]]) -> bool:
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token["mark"] or "", 0)
        if depth < 0:
            return False
    return depth == 0 and bool(condition.strip())
