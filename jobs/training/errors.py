"""What stops a training job: one sentence that SageMaker reports as the reason."""


class TrainingError(Exception):
    """Input, settings or a service that a training job cannot work with; the message says what to do next."""
