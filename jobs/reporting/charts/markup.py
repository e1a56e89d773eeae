"""Elements of a chart as escaped text."""

from collections.abc import Iterable

from markupsafe import Markup, escape


def element(name: str, *children: str, **attributes: object) -> Markup:
    """Return an element with these attributes; text and values are escaped, `class_` is the attribute `class`."""
    pairs = [(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None]
    written = "".join(f' {key}="{escape(str(value))}"' for key, value in pairs)
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")  # noqa: S704 - each part is escaped


def joined(parts: Iterable[str]) -> Markup:
    """Return the parts in order; what is not markup yet is escaped."""
    return Markup("").join(parts)


def titled(text: str) -> Markup:
    """Return the text that a browser shows while the pointer is on the parent element; nothing for no text."""
    return element("title", text) if text else Markup("")


def percent(position: float) -> str:
    """Return a position or a length from 0 to 100 as a percentage of the chart."""
    return f"{position:.1f}".rstrip("0").rstrip(".") + "%"
