"""Errors that the control plane answers with, in the form AWS gives them."""


class ServiceError(Exception):
    """A refusal: `code` is AWS's exception name, the message is a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def validation(message: str) -> ServiceError:
    """A request that is not of the allowed form."""
    return ServiceError("ValidationException", message)
