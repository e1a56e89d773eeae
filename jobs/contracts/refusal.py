"""How a job reports that it refuses its input: a repetition would fail in the same way.

Airflow sees only what the service of the job passes on, which is text from the end of the job's log.
"""

_WORD = " refused: "


def refusal(job: str, reason: object) -> str:
    """The last line of a job that refuses its input."""
    return f"{job}{_WORD}{reason}"


def is_refusal(text: str) -> bool:
    """Whether the reason that a service gives for a failure contains such a line."""
    return _WORD in text
