"""The error that stops a training job; SageMaker reports its message as the reason."""


class TrainingError(Exception):
    """Invalid input or settings, or an unavailable service; the message says what to do next."""
