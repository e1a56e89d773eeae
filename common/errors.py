"""The exception for errors that the user of a command can correct."""


class PlatformError(RuntimeError):
    """A failed precondition or check; the message states what is wrong, what was received and what to do next."""
