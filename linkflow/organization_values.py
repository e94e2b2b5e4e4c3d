"""How single values of an organization's file are written: lines, texts, addresses, pictures, colours."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from linkflow.domain.brand import FONT_STACKS, font_stack
from linkflow.markdown import says_something
from linkflow.settings_values import checked_url

_TURNING = r"\u202a-\u202e\u2066-\u2069"
"""Signs that turn the reading direction of what stands beside a text, too."""
_LINE = rf"^[^\x00-\x1f\x7f-\x9f\u2028\u2029{_TURNING}]*$"
_TEXT = rf"^[^\x00-\x08\x0b-\x1f\x7f-\x9f{_TURNING}]*$"


def _readable(text: str) -> str:
    if not says_something(text):
        raise ValueError("has nothing to read in it")
    return text


_READABLE = AfterValidator(_readable)
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=_LINE), _READABLE]
ShortLine = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=_LINE), _READABLE
]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=_LINE), _READABLE]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=_TEXT)]
Alt = Annotated[str, StringConstraints(max_length=120, pattern=_LINE)]
Header = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50, pattern=_LINE), _READABLE]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=_TEXT)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;:\"?&#%]+@[^@\s<>,;:\"?&#%]+$", max_length=254)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()./-]{3,30}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Url = Annotated[str, AfterValidator(checked_url)]
Picture = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.(svg|png|jpe?g)$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,60}$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=600, pattern=_LINE)]
"""A place's name, or a whole shipped sentence."""
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=253)]
Parameter = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Days = Annotated[float, Field(gt=0, le=3650)]


def _font(value: Any) -> Any:
    if not isinstance(value, str | list):
        raise ValueError("should be the name of a stack or a list of font families")
    return font_stack(value if isinstance(value, str) else tuple(map(str, value)))


def _listed_or_all(value: Any) -> Any:
    if isinstance(value, str) and value != "all":
        raise ValueError('should be "all" or a list of ids')
    return None if value == "all" else value


FontStack = Annotated[
    str,
    BeforeValidator(_font, json_schema_input_type=Literal[tuple(FONT_STACKS)] | list[str]),
]
Colour = Annotated[str, Field(json_schema_extra={"pattern": "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$"})]
SoftwareIds = Annotated[
    tuple[str, ...] | None, BeforeValidator(_listed_or_all, json_schema_input_type=Literal["all"] | list[str])
]
