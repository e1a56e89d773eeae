from infra.config.governance_config import DeliveryConfig
from infra.observability.runbook import Runbook


def test_a_link_is_a_path_until_the_repository_is_known() -> None:
    assert Runbook.of(None).describe("It broke", "it-broke") == "It broke. Runbook: docs/runbook.md#it-broke"


def test_a_link_can_be_clicked_where_the_repository_is_known() -> None:
    runbook = Runbook.of(DeliveryConfig(repository="example-org/mlops-platform"))
    address = "https://github.com/example-org/mlops-platform/blob/main/docs/runbook.md#it-broke"
    assert runbook.link("it-broke") == address
