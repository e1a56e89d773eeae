"""The section on the registries: versions in MLflow, model packages in SageMaker."""

from markupsafe import Markup

from jobs.contracts.training import CHAMPION
from jobs.reporting.blocks import Block, Table, Text, columns, identifier
from jobs.reporting.charts.markup import element
from jobs.reporting.objective import part
from jobs.reporting.text import Document, as_text


def registry(summary: Document) -> list[Block]:
    """Return the address of MLflow, the versions there with their aliases, and the model packages in SageMaker."""
    registered = part(summary, "registry")
    blocks: list[Block] = []
    if versions := registered.get("versions"):
        champion = str(part(registered, "champion").get("version"))
        ordered = sorted(versions, key=lambda each: -int(each["version"]))
        rows = tuple(
            (as_text(each["version"]), _aliases(each, champion), identifier(as_text(each.get("run_id"))))
            for each in ordered
        )
        blocks.append(_address(str(part(summary, "tracking").get("url") or "")))
        title = f"MLflow: {as_text(registered.get('model'))}"
        blocks.append(Table(title, columns("version", "aliases", "run"), rows, folded=len(rows) > 10))
    if packages := registered.get("packages"):
        named = tuple((identifier(as_text(each.get("arn"))), as_text(each.get("approval"))) for each in packages)
        note = (
            "Approved: scoring uses the newest of them. PendingManualApproval: the model meets its goals and is not "
            "better than the champion with confidence; a person decides."
        )
        title, heads = "SageMaker model packages", columns("package", "approval")
        blocks.append(Table(title, heads, named, folded=len(named) > 10, note=note))
    return blocks or [Text("No model is registered yet.")]


def _address(url: str) -> Text:
    if not url.startswith(("http://", "https://")):
        return Text(Markup("<code>make up</code> starts MLflow and <code>make status</code> shows its address."))
    return Text(Markup("<code>make up</code> starts MLflow at ") + element("a", url, href=url) + ".")


def _aliases(version: Document, champion: str) -> str:
    """Format the aliases of a version; MLflow's search omits them, so the champion is identified by its number."""
    names = set(version.get("aliases") or ())
    if str(version["version"]) == champion:
        names.add(CHAMPION)
    return ", ".join(sorted(names)) or "none"
