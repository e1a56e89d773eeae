"""A step of secret rotation: set the pending password of an account."""

import os
import sys

from .accounts import Account, Kind, open_store, set_password
from .migrate import exclusively


def main() -> None:
    """Set the password of the account type in the first argument; the pending secret is in the environment."""
    account = Account.from_environment(Kind(sys.argv[1]), os.environ)
    with exclusively():
        set_password(open_store(), account)
    print(f"{account.name}: password set")


if __name__ == "__main__":
    main()
