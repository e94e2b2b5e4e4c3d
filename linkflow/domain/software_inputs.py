"""What stands in place of ``{name}`` in a product's addresses: said by the customer, or by the product itself.

Whatever is said, only what the catalogue allows is ever put into an address.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from linkflow.domain.languages import Text

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
"""Where an address has one of its product's inputs."""
_HARMLESS = re.compile(r"[A-Za-z0-9._-]{1,100}")
"""What ends no host and begins no path, whatever a pattern says."""


class InputSource(StrEnum):
    """Who says what stands in an address: the customer before signing in, or the software on the way back."""

    CUSTOMER = "customer"
    CALLBACK = "callback"


@dataclass(frozen=True, kw_only=True)
class Input:
    """What stands in place of ``{name}`` in the product's addresses: one of a list, or text of a pattern."""

    name: str
    source: InputSource
    parameter: str = ""
    """The callback's parameter that brings it."""
    label: Text = ""
    hint: Text = ""
    """Where the customer finds it."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What may be given → what stands in the address. Nothing else is ever put there."""
    labels: Mapping[str, Text] = field(default_factory=dict)
    """What may be given → what the customer reads."""
    pattern: str = ""
    """Instead of ``values``: what may be given, whole."""
    default: str | None = None
    as_host: bool = False
    """It stands there as host names are written: in lower case, with a hyphen for each underscore."""

    def read(self, given: str | None) -> str | None:
        """What stands in the address for what was given, None where that may not be."""
        text = given or self.default or ""
        if self.values:
            return self.values.get(text)
        if not _HARMLESS.fullmatch(text) or not re.fullmatch(self.pattern, text, re.ASCII):
            return None
        return text.lower().replace("_", "-") if self.as_host else text


def filled(address: str, values: Mapping[str, str]) -> str:
    """An address with these in it."""
    return PLACEHOLDER.sub(lambda found: values[found[1]], address)
