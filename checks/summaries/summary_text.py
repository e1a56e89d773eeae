"""Short text for the values of a template: intrinsic functions resolved, ARNs abbreviated."""

import json
import re
from collections.abc import Mapping
from typing import Any


class Reader:
    """Turns values of one template into short text."""

    def __init__(self, account: str, region: str, parameters: Mapping[str, Mapping[str, Any]]) -> None:
        self._account = account
        self._own_suffix = re.compile(rf"(-{account})?-{region}(?=/|$)")
        self._region = region
        self._defaults = {name: str(entry.get("Default", name)) for name, entry in parameters.items()}

    def text(self, value: object) -> str:
        """Render a value: a reference as `${name}`, a published parameter by its path, an ARN abbreviated."""
        return self._shortened(self._resolved(value))

    def texts(self, value: object) -> str:
        """Render a value, or each element of a list of values, separated by commas."""
        return ", ".join(self.text(item) for item in (value if isinstance(value, list) else [value]))

    def _resolved(self, value: object) -> str:
        match value:
            case str():
                return value
            case {"Ref": str(name)}:
                return f"${{{self._defaults.get(name, name)}}}"
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return f"${{{name}.{attribute}}}"
            case {"Fn::Join": [str(separator), list(parts)]}:
                return separator.join(self._resolved(part) for part in parts)
            case _:
                return json.dumps(value, sort_keys=True)

    def _shortened(self, text: str) -> str:
        """`arn:aws:iam::<own account>:role/x` becomes `iam:role/x`; names lose their account and Region."""
        text = self._own_suffix.sub("", text)
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            return text
        service, region, account, resource = parts[2:]
        place = [part for part in (region, account) if part not in {"", self._account, self._region}]
        return ":".join([service, *place, resource])
