"""The documentation names headings, files and decisions that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = (
    "infra",
    "stacks",
    "jobs",
    "local",
    "common",
    "operations",
    "reports",
    "checks",
    "cli",
    "generator",
    "benchmarks",
    "tests",
)
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *(p for f in FOLDERS for p in ROOT.glob(f"{f}/**/README.md"))]
SOURCES = [p for f in (*FOLDERS, ".github") for s in ("py", "toml", "yml") for p in ROOT.glob(f"{f}/**/*.{s}")]
DECISIONS = ROOT / "docs" / "decisions"


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_code_blocks(text: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(page: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", without_code_blocks(page.read_text()), flags=re.MULTILINE)


def anchor(heading: str) -> str:
    """The fragment that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def is_broken(base: Path, link: str) -> bool:
    file, _, fragment = link.partition("#")
    page = (base / file).resolve() if file else base
    if not page.exists():
        return True
    return bool(fragment) and fragment not in map(anchor, headings(page))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_a_file_and_heading(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)\s]+)\)", without_code_blocks(page.read_text()))

    broken = [link for link in links if is_broken(page if link.startswith("#") else page.parent, link)]

    assert not broken


@pytest.mark.parametrize("page", [p for p in PAGES if p.name != "CHANGELOG.md"], ids=name)
def test_files_that_pages_name_exist(page: Path) -> None:
    """Paths in backticks that begin with a package; those with a placeholder or wildcard are left out."""
    spans = re.findall(r"`([^`\s]+)`", without_code_blocks(page.read_text()))
    paths = [span.split("::")[0] for span in spans if span.split("/")[0] in {*FOLDERS, "docs"} and "/" in span]

    missing = [path for path in paths if not re.search(r"[<*{$]", path) and not (ROOT / path).exists()]

    assert not missing


def test_sources_name_pages_and_headings_that_exist() -> None:
    mentions = [
        (name(source), link)
        for source in SOURCES
        for link in re.findall(r"docs/[\w/-]+\.md(?:#[\w-]+)?", source.read_text())
        if "example" not in link and source != Path(__file__)
    ]

    assert mentions
    assert not [mention for mention in mentions if is_broken(ROOT, mention[1]) and "#it-broke" not in mention[1]]


def test_the_index_lists_every_decision_with_its_status_and_date() -> None:
    section = re.compile(r"^## (.+)\n\nStatus: (accepted|superseded|withdrawn) \((\d{4}-\d\d-\d\d)\)", re.MULTILINE)
    pages = [page for page in DECISIONS.glob("*.md") if page.name != "README.md"]
    expected = {
        (f"{page.name}#{anchor(heading)}", status, date)
        for page in pages
        for heading, status, date in section.findall(page.read_text())
    }

    row = re.compile(r"^\|[^|]*\| \[.+\]\((.+)\) \| (\w+) \| ([\d-]+) \|", re.MULTILINE)

    assert set(row.findall((DECISIONS / "README.md").read_text())) == expected
    assert len(expected) == sum(len(re.findall(r"^## ", page.read_text(), re.MULTILINE)) for page in pages)
