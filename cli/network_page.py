"""Writes the tables of docs/network.md: endpoints, rules between groups, and what each mode costs."""

import re

from common.paths import REPOSITORY
from infra.environments import DEV, PROD
from infra.network.cost import cost_table
from infra.network.tables import endpoint_table, rule_table

PAGE = REPOSITORY / "docs" / "network.md"
_SECTION = re.compile(r"(<!-- (?P<name>\w+): platform network-page -->\n).*?(<!-- end -->\n)", re.DOTALL)


def current_page(page: str) -> str:
    """The page with its tables as settings, rules and prices now make them."""
    tables = {"costs": cost_table([DEV, PROD]), "endpoints": endpoint_table(), "rules": rule_table()}
    return _SECTION.sub(lambda found: f"{found[1]}{tables[found['name']]}\n{found[3]}", page)


def write_page() -> bool:
    """Bring the page up to date; returns whether it was not."""
    page = PAGE.read_text()
    current = current_page(page)
    PAGE.write_text(current)
    return current != page
