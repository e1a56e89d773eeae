"""Every check of a whole environment; each rule must detect a seeded mistake."""

from collections.abc import Callable, Iterable

from checks import containers, opt_in
from checks.assembly import Assembly
from checks.finding import Finding

#: A check takes the environment and yields findings of the check `ASSEMBLY`, each with one of the rules below.
_CHECKS: tuple[Callable[[Assembly], Iterable[Finding]], ...] = (
    containers.container_findings,
    opt_in.opt_in_findings,
)
RULES = (*containers.RULES, *opt_in.RULES)


def assembly_findings(assembly: Assembly) -> set[Finding]:
    """Return the findings of every check of whole environments."""
    return {finding for check in _CHECKS for finding in check(assembly)}
