"""How single values of a catalogue file are written: addresses, names, and texts in one language or in several."""

from typing import Annotated

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag

from linkflow.domain.software_inputs import PLACEHOLDER
from linkflow.settings_values import checked_url


def _checked_template(value: str) -> str:
    """An address in which inputs stand as ``{name}``."""
    checked_url(PLACEHOLDER.sub("x", value))
    return value


def _kind(value: object) -> str:
    # These two names of alternatives are left out where a mistake's place is told.
    return "dict[by language]" if isinstance(value, dict) else "str"


Template = Annotated[str, AfterValidator(_checked_template)]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")
]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500, pattern=r"^[^\x00-\x09\x0b-\x1f]*$")
]
"""Lines; an empty one begins a new paragraph."""
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Scope = Annotated[str, StringConstraints(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]+$")]
Parameter = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]{1,5})?$")]
InputName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,30}$")]
InAddress = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,100}$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,60}$")]
SpentError = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=100)]
AccountType = Annotated[str, StringConstraints(pattern=r"^[^\s/]([^/]*[^\s/])?(/[^\s/]([^/]*[^\s/])?)?$")]
Words = Annotated[
    Annotated[Line, Tag("str")] | Annotated[dict[Language, Line], Field(min_length=1), Tag("dict[by language]")],
    Discriminator(_kind),
]
"""A line, or a table of lines by language tag."""
Paragraphs = Annotated[
    Annotated[Prose, Tag("str")] | Annotated[dict[Language, Prose], Field(min_length=1), Tag("dict[by language]")],
    Discriminator(_kind),
]
"""The same of longer texts."""
