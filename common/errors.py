"""The one exception of the local platform; its message is a sentence for the person who typed the command."""


class PlatformError(RuntimeError):
    """Something on this machine is not as needed: what, what was found, and what to do next."""
