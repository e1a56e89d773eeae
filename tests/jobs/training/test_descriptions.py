from jobs.training import descriptions
from tests.sample_pipelines import sample_pipeline

DOCUMENT = {
    "question": "How much?",
    "prediction": "expected",
    "is_champion": False,
    "approved": True,
    "reasons": ["the goal is met", "champion version 3 stays"],
    "metrics": {"mae": 40.5, "bias": 9.0, "r2": None},
    "intervals": {"mae": (35.25, 47.5), "bias": None},
    "learnt_from": "2025-01-01T18:00:00Z",
    "learnt_until": "2025-06-01T17:00:00Z",
}


def test_names_tell_runs_and_trials_apart() -> None:
    spans = {"train": ["2025-01-01", "2025-05-31"], "test": ["2025-06-01", "2025-06-28"]}
    key = "scheduled-2025-06-30t00-00-3fa2c1"
    assert descriptions.run_name("footfall", spans, key) == "footfall test 2025-06-01 to 2025-06-28 3fa2c1"
    assert descriptions.run_name("footfall", {}, key) == "footfall 3fa2c1"
    parameters = {"learning_rate": "0.123456", "max_depth": "6", "seed": "7"}
    assert descriptions.trial_name(2, parameters, ["max_depth", "learning_rate"]) == (
        "trial 2: max_depth 6, learning_rate 0.123"
    )


def test_a_run_answers_the_question_first() -> None:
    text = descriptions.of_run(DOCUMENT)
    assert text.startswith("**How much?**\n\n**Approved**, but the champion stays.\n\n- the goal is met\n- champion")
    assert "| mean absolute error | 40.50 | 35.25 to 47.50 |" in text
    assert "R squared" not in text
    refused = descriptions.of_run({**DOCUMENT, "approved": False})
    assert "**Refused**." in refused


def test_a_version_says_what_it_has_learnt_from() -> None:
    text = descriptions.of_version(DOCUMENT)
    assert "rows of 2025-01-01T18:00:00Z to 2025-06-01T17:00:00Z" in text
    assert "Predicts `target` (binary) from 2 features" in descriptions.of_model(sample_pipeline())
