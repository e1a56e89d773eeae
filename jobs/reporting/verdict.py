"""What a training decided about its model, in words: approved or refused, why, and what to do next."""

from dataclasses import dataclass

from jobs.reporting.objective import part
from jobs.reporting.text import Document, as_text, sentence

_BEFORE_PROMOTION = (
    "The next tasks register the version in SageMaker. Task promote approves it and sets the alias champion in MLflow, "
    "or waits for a person where the environment leaves the approval to one."
)
_AFTER_APPROVAL = (
    "Scoring goes on with the champion. The new version is registered in SageMaker as PendingManualApproval: it is "
    "used only after a person sets its status to Approved."
)


@dataclass(frozen=True)
class Step:
    """What to do next, and the command or path that belongs to it."""

    text: str
    command: str = ""


@dataclass(frozen=True)
class Verdict:
    """The verdict on the model of a run."""

    state: str
    """`good`, `wait`, `bad` or `unknown`: the color of the verdict."""
    word: str
    sentence: str
    reasons: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


NO_MODEL = Verdict("unknown", "No model", "No model was evaluated in this run.")


def verdict_of(document: Document) -> Verdict:
    """Return the verdict of an evaluation."""
    if "approved" not in document:
        return NO_MODEL
    suspicions = {each.get("sentence") for each in document.get("suspicions") or ()}  # the page shows them on their own
    reasons = tuple(sentence(str(each)) for each in document.get("reasons") or () if each not in suspicions)
    model = f"Version {as_text(document.get('model_version'))}, the model of this run,"
    stays = _champion_stays(document)
    if not document["approved"]:
        step = Step(_after_refusal(document))
        return Verdict("bad", "Refused", f"{model} is not used; {stays}.", reasons, (step,))
    if document.get("is_champion"):
        return Verdict("good", "Approved", f"{model} becomes the champion.", reasons, (Step(_BEFORE_PROMOTION),))
    decision = f"{model} meets its goals but is not shown to be better than the champion; {stays}."
    return Verdict("wait", "Approved, not champion", decision, reasons, (Step(_AFTER_APPROVAL),))


def _after_refusal(document: Document) -> str:
    missed = [goal for goal in document.get("goals") or () if not goal.get("met")]
    kept = "MLflow keeps the version for analysis; SageMaker's registry does not have it."
    if missed:
        return (
            f"{kept} See the goals that are not met and the slices with the largest errors below; improve features or "
            "search ranges, or change a goal of the pipeline that was set wrongly, and train again."
        )
    return f"{kept} All goals are met, but the champion is better with confidence: improve the model and train again."


def _champion_stays(document: Document) -> str:
    version = part(document, "champion_before").get("version")
    return f"the champion stays version {version}" if version else "there is no champion"
