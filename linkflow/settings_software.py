"""What the environment says of accounting software: clients and their secrets, other addresses, inputs that are fixed.

A client is the instance's, or an organization's own; an organization never gets another's. Which software and which
organizations there are is not known here: the catalogue and the files are held against this by who reads them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from linkflow.problems import Problem
from linkflow.settings_values import checked_url

OF_SOFTWARE = frozenset(
    {
        "software_credentials",
        "organization_credentials",
        "software_addresses",
        "software_inputs",
        "organization_inputs",
    }
)
"""The settings that are gathered here, of many variables each."""
_PAIR = ("client_id", "client_secret")
_WHOSE = r"(?:ORGANIZATION_(?P<organization>[A-Z][A-Z0-9_]*)_)?SOFTWARE_(?P<software>[A-Z][A-Z0-9_]*?)_"
_INPUT = re.compile(rf"{_WHOSE}INPUT_(?P<input>[A-Z][A-Z_]*)\Z")
_CLIENT = re.compile(rf"{_WHOSE}(?P<part>CLIENT_ID|CLIENT_SECRET)\Z")
_ADDRESS = re.compile(
    r"SOFTWARE_(?P<software>[A-Z][A-Z0-9_]*?)_(?P<part>BASE_URL|AUTHORIZE_URL|TOKEN_URL|REVOKE_URL|ISSUER)\Z"
)
_INSTANCE = ""


class Credentials(BaseModel):
    """A client at a vendor: what was given to this instance, or to one of its organizations."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    client_id: str = Field(min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+$")
    client_secret: str = Field(min_length=1, repr=False)


@dataclass
class SoftwareVariables:
    """Those found so far, by whom they belong to (the instance's under an empty name) and then by software."""

    clients: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    inputs: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def take(self, name: str, text: str) -> bool:
        """Keep a variable, its name without the prefix, if it is one of these."""
        if found := _INPUT.fullmatch(name):
            self.inputs.setdefault(_place(found), {})[found["input"].lower()] = text
        elif found := _CLIENT.fullmatch(name):
            self.clients.setdefault(_place(found), {})[found["part"].lower()] = text
        elif found := _ADDRESS.fullmatch(name):
            self.addresses.setdefault(found["software"].lower(), {})[found["part"].lower()] = text
        else:
            return False
        return True

    def settings(self, problems: list[Problem], *, file: str, prefix: str) -> dict[str, Any]:
        """As the fields of the settings; what is wrong goes to `problems`."""
        known = {place: found for place, pair in self.clients.items() if (found := _client(pair))}
        problems += [Problem(file, prefix + key, reason) for key, reason in self._mistakes()]
        return {
            "software_credentials": _of(_INSTANCE, known),
            "organization_credentials": _of_each(known),
            "software_addresses": self.addresses,
            "software_inputs": _of(_INSTANCE, self.inputs),
            "organization_inputs": _of_each(self.inputs),
        }

    def _mistakes(self) -> Iterator[tuple[str, str]]:
        for place, pair in self.clients.items():
            for missing in (part for part in _PAIR if part not in pair):
                yield variable(*place, missing), "is missing although its other half is set"
            if len(pair) == len(_PAIR) and _client(pair) is None:
                yield variable(*place, "client_id"), "should be printable and at most 255 characters long"
        for software, addresses in self.addresses.items():
            for part, address in addresses.items():
                try:
                    checked_url(address)
                except ValueError as error:
                    yield variable(_INSTANCE, software, part), str(error)


def variable(organization: str, software: str, part: str) -> str:
    """The name of a variable, without its prefix; an empty organization is the instance."""
    whose = f"ORGANIZATION_{organization.replace('-', '_')}_" if organization else ""
    return f"{whose}SOFTWARE_{software}_{part}".upper()


def _place(found: "re.Match[str]") -> tuple[str, str]:
    return (found["organization"] or _INSTANCE).lower().replace("_", "-"), found["software"].lower()


def _client(pair: Mapping[str, str]) -> Credentials | None:
    try:
        return Credentials(**pair)
    except ValueError:
        return None


def _of(organization: str, values: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    return {software: value for (whose, software), value in values.items() if whose == organization}


def _of_each(values: Mapping[tuple[str, str], Any]) -> dict[str, dict[str, Any]]:
    return {whose: _of(whose, values) for whose, _ in values if whose != _INSTANCE}
