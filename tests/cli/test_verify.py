from io import StringIO

from rich.console import Console

from checks.finding import Finding, Result
from checks.verify import CHECKS, Verification
from cli.verify import print_verification


def test_every_check_and_configuration_has_its_count_within_80_columns() -> None:
    found = Finding(check="assembly", rule="ContainerVolume", where="tracking", what="no volume")
    results = (
        Result(name="dev", findings=(found,), accepted=()),
        Result(name="lake-formation", findings=(), accepted=()),
    )
    verification = Verification(
        results=results, types={}, prefixes={}, templates=2, distinct_templates=2, seconds={"all": 1.0}
    )
    output = StringIO()

    print_verification(Console(file=output, width=80), verification)

    words = output.getvalue().replace("│", " ").split("\n")
    counts = dict(line.split()[:2] for line in words if len(line.split()) > 1)
    assert all(check.split()[0] in counts for check in CHECKS)
    assert any(line.split()[:2] == ["assembly", "1"] for line in words)
    assert any("dev 1 0" in " ".join(line.split()) for line in words)
    assert any("lake-formation 0 0" in " ".join(line.split()) for line in words)
