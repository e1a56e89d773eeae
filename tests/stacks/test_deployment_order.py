import json
from pathlib import Path


def dependencies(assembly: Path) -> dict[str, set[str]]:
    """The stacks that each stack waits for, from the assembly's manifest."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    stacks = {name for name, artifact in artifacts.items() if artifact["type"] == "aws:cloudformation:stack"}
    return {name: stacks & set(artifacts[name].get("dependencies", [])) for name in stacks}


def test_mwaa_waits_for_keys_and_network_only_and_only_alarms_wait_for_it(assembly: Path) -> None:
    # MWAA takes 20 to 30 minutes to create; everything else is created in that time.
    order, orchestration = dependencies(assembly), "mlops-dev-orchestration"
    needed = set(order[orchestration]).union(*(order[name] for name in order[orchestration]))
    assert needed == {"mlops-dev-keys", "mlops-dev-network"}
    assert [name for name, needs in order.items() if orchestration in needs] == ["mlops-dev-observability"]
