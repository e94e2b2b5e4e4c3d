"""What may stand in an organization's file. Every table and key of it, its limits and its default.

The field names are the keys, and what stands below each is its description in editors (``organization_schema``).
"""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from linkflow.domain.brand import FONT_STACKS, check_primary
from linkflow.domain.colour import parse_colour
from linkflow.domain.return_address import checked_address
from linkflow.organization_model import Access, Sight, Welcome
from linkflow.organization_sign_in import SignInTable
from linkflow.organization_values import (
    Alt,
    Body,
    Colour,
    Days,
    Email,
    FontStack,
    Header,
    Host,
    Key,
    Label,
    Language,
    Line,
    Name,
    Parameter,
    Phone,
    Picture,
    ShortLine,
    SoftwareIds,
    Text,
    Url,
)

_NO_ZONES = frozenset({"Factory", "localtime"})
"""Names that mean what this machine happens to be set to, or nothing."""
_STRICT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)


class Navigation(BaseModel):
    """One of ``[[look.navigation]]``."""

    model_config = _STRICT

    label: Label
    """At most 40 characters."""
    url: Url
    """A page of your own; https."""


class LookTable(BaseModel):
    """``[look]``. Pictures are paths beside the file."""

    model_config = _STRICT

    primary: Colour
    """Your main colour, like `#12467b`: buttons, links, what is chosen. Every other colour is computed from it."""
    secondary: Colour | None = None
    """Your second colour; the first one when not given."""
    radius: Literal[0, 6, 12] = 6
    """How round corners are, in pixels."""
    font: FontStack = FONT_STACKS["system"]
    """A named stack, or a list of installed font families."""
    logo: Picture | None = None
    """At the top of every page and mail: a picture beside this file, SVG, PNG or JPEG."""
    logo_alt: Line | None = None
    """What the logo says to those who do not see it; needed with `logo`."""
    icon: Picture | None = None
    """For the browser's tab."""
    hero: Picture | None = None
    """A wide picture on the welcome page."""
    hero_alt: Alt | None = None
    """Empty for a picture that says nothing."""
    secured_by: Line | None = None
    """A line at the bottom of every page."""
    navigation: tuple[Navigation, ...] = Field(default=(), max_length=6)
    """Up to six links at the top of customers' pages."""

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
    """How much the first page says; it is never left out."""
    multi_entity: bool = True
    """Ask whether one legal entity buys or several, where spend alone is asked for."""
    upload: bool = True
    """Customers may fill in a spreadsheet instead of connecting."""
    copy_link: bool = True
    """Users may copy a request's link; each copy is noted."""
    hand_over: bool = True
    """Customers may pass a link of their own on to a colleague or accountant."""
    one_time_code: bool = False
    """Ask for a code mailed to the link's recipient."""
    exit_confirmation: bool = True
    """*Save and leave* first shows how to come back and asks whether to share at all; `false` goes straight out."""
    device_warnings: bool = True
    """Say which software is awkward to sign in to on a phone."""
    link_days: Annotated[float, Field(ge=1 / 24, le=90)] = 30
    """1 hour (0.042) to 90 days."""
    request_days: Annotated[float, Field(ge=1, le=365)] = 90
    """How long a request can be answered, by fresh links too."""
    reminder_days: Annotated[tuple[Days, ...], Field(max_length=5)] = (3, 7)
    """When reminders go, in days after the request; none: `[]`."""
    access: Access = Access.ONGOING
    """Read once and give the access back, or stay up to date until an end."""
    access_months: Annotated[int, Field(ge=1, le=60)] = 12
    """How long `ongoing` access lasts."""
    retention_months: Annotated[int, Field(ge=0, le=120)] = 24
    """How long books are kept after access has ended."""
    consent_retention_months: Annotated[int, Field(ge=0, le=240)] = 72
    """How long consents are kept after a company was deleted."""
    redirect_after: str | None = None
    """Where the customer goes in the end, instead of our summary. It may name {request}, {company}, {connection},
    {software}, {status}, {message} and the `redirect_parameters`, not in the host."""
    redirect_hosts: tuple[Host, ...] = ()
    """The hosts `redirect_after` may lead to."""
    redirect_parameters: Annotated[tuple[Parameter, ...], Field(max_length=5)] = ()
    """Names of your own for `redirect_after` to name; their values are set with each request."""

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
            checked_address(self.redirect_after, self.redirect_hosts, self.redirect_parameters)
        elif self.redirect_parameters:
            raise ValueError("redirect_parameters need a redirect_after that names them")
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

    allowed: SoftwareIds = None
    """``"all"`` (the default; the sandbox is never part of it) or a list."""
    popular: tuple[str, ...] = ()
    """Shown first, in this order."""
    preselected: str | None = None
    """Chosen from the start."""
    sandbox: bool = False
    """Offer the made-up accounting product, for trying things out."""


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
    """Who answers: a person or a team."""
    phone: Phone | None = None
    """With the country's code, like `+44 191 496 0142`."""
    email: Email | None = None
    """Where questions are written to."""
    url: Url | None = None
    """Your help pages."""

    @model_validator(mode="after")
    def _reachable(self) -> "HelpTable":
        if not (self.phone or self.email or self.url):
            raise ValueError("needs at least one of phone, email and url")
        return self


class ConsentTable(BaseModel):
    """One of ``[[consent]]``."""

    model_config = _STRICT

    header: Header
    """At most 50 characters."""
    body: Body
    """At most 500 characters; may hold emphasis, links and lists in Markdown."""
    language: Language | None = None
    """In this language only; in every one when not given."""


class OrganizationFile(BaseModel):
    """A whole file."""

    model_config = _STRICT

    name: ShortLine
    """As customers know you."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en-GB",)
    """Those you offer, the first one being the default."""
    reviewed_languages: tuple[Language, ...] = ()
    """Those whose shipped consent and mail texts you have confirmed."""
    timezone: str = "UTC"
    """A name of the IANA database, like ``Europe/London``; decides which day it is, for due dates say."""
    operated_by: Line | None = None
    """Who runs this, with the address: at the bottom of every page."""
    privacy_url: Url
    """Your privacy notice."""
    terms_url: Url | None = None
    """The terms customers agree to with their consent."""
    data_security_url: Url | None = None
    """What you say about data security."""
    phrase_check_url: Url | None = None
    """A page of your own site where the verification phrase can be checked."""
    request_names: Annotated[tuple[Line, ...], Field(min_length=1)] = ("Accounting data request",)
    """What requests are for; the first one is suggested."""
    look: LookTable
    feel: FeelTable = Field(default_factory=FeelTable)
    software: SoftwareTable = Field(default_factory=SoftwareTable)
    portal: PortalTable = Field(default_factory=PortalTable)
    reports: ReportsTable = Field(default_factory=ReportsTable)
    sign_in: SignInTable | None = None
    help: HelpTable
    consent: Annotated[tuple[ConsentTable, ...], Field(max_length=12)] = ()
    """Your own words on the consent page, after what is computed."""
    content: dict[Language, dict[Name, dict[Key, Text]]] = Field(default_factory=dict)
    """Own words on pages: ``[content.<language>.<page>]``, then a place's name or a shipped sentence = text."""
    emails: dict[Language, dict[Name, dict[Key, Text | dict[Key, Text]]]] = Field(default_factory=dict)
    """Own words in mails: ``[emails.<language>.<kind>]``, or ``….<data type or both>]`` for requests of one kind."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones() - _NO_ZONES:
            raise ValueError("should be a time zone like Europe/London")
        return value
