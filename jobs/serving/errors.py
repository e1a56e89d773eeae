"""Requests that cannot be answered."""

from http import HTTPStatus


class RequestError(Exception):
    """A request with the wrong content; the message says what was received and what is allowed."""

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.status = status
