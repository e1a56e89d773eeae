"""The failure of a job as an exception of its task."""

from airflow.exceptions import AirflowException, AirflowFailException

from jobs.contracts.refusal import is_refusal


def job_failure(reason: str) -> AirflowException:
    """The exception for this reason; Airflow does not retry a job that refuses its input."""
    return AirflowFailException(reason) if is_refusal(reason) else AirflowException(reason)
