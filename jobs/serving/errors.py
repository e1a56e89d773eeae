"""The error of an invalid request."""

from http import HTTPStatus


class RequestError(Exception):
    """An invalid request, with its HTTP status; the message states what was received and what is allowed."""

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.status = status
