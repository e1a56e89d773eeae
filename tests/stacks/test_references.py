from syrupy.assertion import SnapshotAssertion

from tests.stacks.conftest import Templates
from tests.stacks.templates import functions


def test_stacks_share_only_what_aws_names(dev: Templates, snapshot: SnapshotAssertion) -> None:
    # Every line is a value that cannot change while its reader is deployed: review a new one as a coupling.
    imports = {
        f"{stack} <- {name}" for stack, template in dev.items() for name in functions(template, "Fn::ImportValue")
    }
    assert "\n".join(sorted(imports)) == snapshot


def test_no_reference_is_of_the_kind_that_tools_do_not_know(dev: Templates) -> None:
    assert not [name for template in dev.values() for name in functions(template, "Fn::GetStackOutput")]


def test_nothing_reads_from_orchestration_or_observability(dev: Templates) -> None:
    read = {str(name).split(":")[0] for template in dev.values() for name in functions(template, "Fn::ImportValue")}
    assert read == {"mlops-dev-data", "mlops-dev-network", "mlops-dev-tracking"}
