"""Errors of the local API, in the form that AWS uses."""


class ServiceError(Exception):
    """A rejected request; `code` is the name of AWS's exception."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def validation(message: str) -> ServiceError:
    """Return the error for a request with an invalid parameter."""
    return ServiceError("ValidationException", message)
