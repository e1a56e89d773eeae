"""The sections on feature importance and the registry."""

from jobs.contracts.training import CHAMPION
from reports import figures
from reports.blocks import (
    Block,
    Document,
    Figure,
    Figures,
    Table,
    Text,
    as_text,
    columns,
    count,
    enumerated,
    share,
    with_noun,
)
from reports.measures import as_number, objective_of

_MOST_FEATURES = 25


def importance(summary: Document) -> list[Block]:
    """Return the share of gain of each feature, and how much worse the objective gets when its values are shuffled."""
    evaluation = summary.get("evaluation") or {}
    entries = evaluation.get("importance") or []
    if not entries:
        return [Text("The evaluation contains no feature importance.")]
    ranked = sorted(entries, key=lambda entry: -(entry.get("gain") or 0))
    shown = ranked[:_MOST_FEATURES]
    first = enumerated([str(entry["feature"]).replace("_", " ") for entry in ranked[:3]])
    title = f"The {len(shown)} features with the largest gain" if len(ranked) > len(shown) else "Features by gain"
    loss = f"loss of {objective_of(summary).title}"
    rows = tuple(
        (as_text(entry["feature"]), share(entry.get("gain")), as_number(entry.get("permutation"))) for entry in ranked
    )
    used = sum(1 for entry in ranked if entry.get("gain"))
    return [
        Text(f"The model relies most on {first}. It uses {count(used)} of {with_noun(len(ranked), 'feature')}."),
        Figures((Figure(title, figures.importance(shown, f"{loss} when shuffled")),)),
        Table("All features", columns("feature", "#share of gain", f"#{loss}"), rows, folded=True),
    ]


def registry(summary: Document) -> list[Block]:
    """Return the model versions in MLflow with their aliases, and the model packages in SageMaker."""
    registered = summary.get("registry") or {}
    blocks: list[Block] = []
    if versions := registered.get("versions"):
        ordered = sorted(versions, key=lambda each: -int(each["version"]))
        rows = tuple(
            (as_text(each["version"]), _aliases(each, registered.get("champion") or {}), as_text(each.get("run_id")))
            for each in ordered
        )
        blocks.append(Table(f"MLflow: {as_text(registered.get('model'))}", columns("version", "aliases", "run"), rows))
    if packages := registered.get("packages"):
        named = tuple((as_text(each.get("arn")), as_text(each.get("approval"))) for each in packages)
        blocks.append(Table("SageMaker model packages", columns("package", "approval"), named))
    return blocks or [Text("No model is registered yet.")]


def _aliases(version: Document, champion: Document) -> str:
    """Format the aliases of a version; MLflow's search omits them, so the champion is identified by its number."""
    names = set(version.get("aliases") or ())
    if str(version["version"]) == str(champion.get("version")):
        names.add(CHAMPION)
    return ", ".join(sorted(names)) or "none"
