"""What may stand in an organization's file. Every table and key of it, its limits and its default.

The field names are the keys; ``OrganizationFile.model_json_schema()`` is what an editor validates against.
"""

import re
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from linkflow.domain.brand import FONT_STACKS, check_primary, font_stack
from linkflow.domain.colour import parse_colour
from linkflow.organization_model import Access, Sight, Welcome
from linkflow.organization_sign_in import SignInTable
from linkflow.settings_values import checked_url

PLACEHOLDERS = frozenset({"request", "company", "connection", "software", "status", "message"})
"""What the address after the end may name; never names, mails or tokens."""
_NO_ZONES = frozenset({"Factory", "localtime"})
"""Names that mean what this machine happens to be set to, or nothing."""
_STRICT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
_LINE = r"^[^\x00-\x1f\x7f]*$"
_TEXT = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=_LINE)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=_TEXT)]
Header = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50, pattern=_LINE)]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=_TEXT)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+$", max_length=254)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()./-]{3,30}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Url = Annotated[str, AfterValidator(checked_url)]
Picture = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.(svg|png|jpe?g)$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,60}$")]
Days = Annotated[float, Field(gt=0, le=3650)]


def _font(value: Any) -> Any:
    return font_stack(value if isinstance(value, str) else tuple(map(str, value)))


def _listed_or_all(value: Any) -> Any:
    if isinstance(value, str) and value != "all":
        raise ValueError('should be "all" or a list of ids')
    return None if value == "all" else value


FontStack = Annotated[str, BeforeValidator(_font, json_schema_input_type=str | list[str])]


class Navigation(BaseModel):
    """One of ``[[look.navigation]]``."""

    model_config = _STRICT

    label: Annotated[Line, StringConstraints(max_length=40)]
    url: Url


class LookTable(BaseModel):
    """``[look]``. Pictures are paths beside the file."""

    model_config = _STRICT

    primary: str
    secondary: str | None = None
    radius: Literal[0, 6, 12] = 6
    font: FontStack = FONT_STACKS["system"]
    """A named stack, or a list of installed font families."""
    logo: Picture | None = None
    logo_alt: Line | None = None
    icon: Picture | None = None
    hero: Picture | None = None
    hero_alt: Annotated[str, StringConstraints(max_length=120, pattern=_LINE)] | None = None
    """Empty for a picture that says nothing."""
    secured_by: Line | None = None
    navigation: tuple[Navigation, ...] = Field(default=(), max_length=6)

    @model_validator(mode="after")
    def _said(self) -> "LookTable":
        if (self.logo and not self.logo_alt) or (self.hero and self.hero_alt is None):
            raise ValueError("needs logo_alt or hero_alt: what the picture says to those who do not see it")
        return self

    @field_validator("primary")
    @classmethod
    def _primary(cls, value: str) -> str:
        return check_primary(value)

    @field_validator("secondary")
    @classmethod
    def _secondary(cls, value: str | None) -> str | None:
        return value and parse_colour(value)


class FeelTable(BaseModel):
    """``[feel]``."""

    model_config = _STRICT

    welcome: Welcome = Welcome.FULL
    multi_entity: bool = True
    upload: bool = True
    copy_link: bool = True
    hand_over: bool = True
    one_time_code: bool = False
    exit_confirmation: bool = True
    device_warnings: bool = True
    link_days: Annotated[float, Field(ge=1 / 24, le=90)] = 30
    """1 hour (0.042) to 90 days."""
    request_days: Annotated[float, Field(ge=1, le=365)] = 90
    reminder_days: Annotated[tuple[Days, ...], Field(max_length=5)] = (3, 7)
    access: Access = Access.ONGOING
    access_months: Annotated[int, Field(ge=1, le=60)] = 12
    retention_months: Annotated[int, Field(ge=0, le=120)] = 24
    consent_retention_months: Annotated[int, Field(ge=0, le=240)] = 72
    redirect_after: str | None = None
    redirect_hosts: tuple[str, ...] = ()

    @field_validator("reminder_days")
    @classmethod
    def _rising(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if any(later <= earlier for earlier, later in pairwise(value)):
            raise ValueError("should rise, like [3, 7]")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> "FeelTable":
        if self.link_days > self.request_days:
            raise ValueError("link_days should not be longer than request_days")
        if self.redirect_after is not None:
            _check_redirect(self.redirect_after, self.redirect_hosts)
        return self

    def lifetimes(self) -> dict[str, timedelta | tuple[timedelta, ...]]:
        """The three settings in days, as times."""
        return {
            "link_lifetime": timedelta(days=self.link_days),
            "request_lifetime": timedelta(days=self.request_days),
            "reminders_after": tuple(timedelta(days=days) for days in self.reminder_days),
        }


class SoftwareTable(BaseModel):
    """``[software]``; names are ids of the catalogue."""

    model_config = _STRICT

    allowed: Annotated[tuple[str, ...] | None, BeforeValidator(_listed_or_all)] = None
    """``"all"`` (the default; the sandbox is never part of it) or a list."""
    popular: tuple[str, ...] = ()
    preselected: str | None = None
    sandbox: bool = False


class PortalTable(BaseModel):
    """``[portal]``."""

    model_config = _STRICT

    sight: Sight = Sight.ALL
    """``"all"``: viewers and managers see every company; ``"assigned"``: only those assigned to them."""


class ReportsTable(BaseModel):
    """``[reports]``."""

    model_config = _STRICT

    spend_months: Annotated[int, Field(ge=1, le=36)] = 12
    """The full months of a spend analysis, unless others are asked for on its page."""


class HelpTable(BaseModel):
    """``[help]``."""

    model_config = _STRICT

    name: Line | None = None
    phone: Phone | None = None
    email: Email | None = None
    url: Url | None = None

    @model_validator(mode="after")
    def _reachable(self) -> "HelpTable":
        if not (self.phone or self.email or self.url):
            raise ValueError("needs at least one of phone, email and url")
        return self


class ConsentTable(BaseModel):
    """One of ``[[consent]]``."""

    model_config = _STRICT

    header: Header
    body: Body
    language: Language | None = None


class OrganizationFile(BaseModel):
    """A whole file."""

    model_config = _STRICT

    name: Annotated[Line, StringConstraints(max_length=60)]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en-GB",)
    reviewed_languages: tuple[Language, ...] = ()
    timezone: str = "UTC"
    """A name of the IANA database, like ``Europe/London``; decides which day it is, for due dates say."""
    operated_by: Line | None = None
    privacy_url: Url
    terms_url: Url | None = None
    data_security_url: Url | None = None
    phrase_check_url: Url | None = None
    request_names: Annotated[tuple[Line, ...], Field(min_length=1)] = ("Accounting data request",)
    look: LookTable
    feel: FeelTable = Field(default_factory=FeelTable)
    software: SoftwareTable = Field(default_factory=SoftwareTable)
    portal: PortalTable = Field(default_factory=PortalTable)
    reports: ReportsTable = Field(default_factory=ReportsTable)
    sign_in: SignInTable | None = None
    help: HelpTable
    consent: Annotated[tuple[ConsentTable, ...], Field(max_length=12)] = ()
    content: dict[Language, dict[Name, dict[Name, Text]]] = Field(default_factory=dict)
    """``[content.<language>.<page>]``, slot = text."""
    emails: dict[Language, dict[Name, dict[Name, Text | dict[Name, Text]]]] = Field(default_factory=dict)
    """``[emails.<language>.<kind>]`` for all, ``[emails.<language>.<kind>.<data type or both>]`` for one."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones() - _NO_ZONES:
            raise ValueError("should be a time zone like Europe/London")
        return value


def _check_redirect(address: str, hosts: tuple[str, ...]) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or "{" in parts.netloc or parts.username:
        raise ValueError("redirect_after should begin with https:// and a host without placeholders")
    if parts.hostname not in hosts:
        raise ValueError(f"redirect_after: {parts.hostname} should be listed in redirect_hosts")
    unknown = set(re.findall(r"\{([^}]*)\}", address)) - PLACEHOLDERS
    if unknown:
        raise ValueError(f"redirect_after may name {', '.join(sorted(PLACEHOLDERS))}, not {', '.join(sorted(unknown))}")
