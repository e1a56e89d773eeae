import re

from cli.network_page import PAGE, current_page


def test_the_page_of_the_network_is_current() -> None:
    """Otherwise: python -m cli network-page."""
    page = PAGE.read_text()
    assert page == current_page(page)


def test_every_table_is_written_from_code() -> None:
    emptied = re.sub(r"(network-page -->\n).*?(<!-- end -->)", r"\1\2", PAGE.read_text(), flags=re.DOTALL)
    assert emptied.count("network-page -->\n<!-- end -->") == 3
    assert current_page(emptied) == PAGE.read_text()


def test_a_stale_table_is_written_again() -> None:
    stale = PAGE.read_text().replace("| isolated | 2 |", "| isolated | 9 |")
    assert stale != PAGE.read_text()
    assert current_page(stale) == PAGE.read_text()
