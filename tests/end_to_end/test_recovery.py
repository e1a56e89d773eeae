import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd

from common.paths import REPOSITORY
from tests.end_to_end.conftest import FinishedRun, command, environment
from tests.end_to_end.tables import published

KILLS = 5


def test_a_run_killed_at_random_moments_ends_with_the_tables_of_an_undisturbed_one(
    undisturbed: FinishedRun, tmp_path: Path
) -> None:
    later = ("_training.", "_scoring.", "wait for MLflow", "write the report")
    steps = [step for step in undisturbed.summary["steps"] if not any(name in step["step"] for name in later)]
    duration = sum(step["seconds"] for step in steps)
    seed = int(os.environ.get("RECOVERY_SEED", random.randrange(1_000_000)))
    moments = [random.Random(seed + kill).uniform(0.1, 0.9) * duration for kill in range(KILLS)]
    for seconds in moments:
        run = subprocess.Popen(
            command("--dag", "data"),
            cwd=REPOSITORY,
            env=environment(tmp_path),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds)
        run.send_signal(signal.SIGKILL)
        run.wait()

    last = subprocess.run(
        command("--dag", "data"), cwd=REPOSITORY, env=environment(tmp_path), capture_output=True, text=True, check=False
    )

    assert last.returncode == 0, f"RECOVERY_SEED={seed}: {last.stderr[-3000:]}{last.stdout[-2000:]}"
    recovered, expected = published(tmp_path), published(undisturbed.state)
    lake = [name for name in expected if not name.split(".")[0].endswith(("_datasets", "_predictions"))]
    assert sorted(recovered) == sorted(lake)
    for name in lake:
        pd.testing.assert_frame_equal(recovered[name], expected[name], obj=f"{name} (RECOVERY_SEED={seed})")
