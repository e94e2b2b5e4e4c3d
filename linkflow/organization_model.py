"""One organization as the rest of linkflow sees it: frozen, checked, and free of how its file is written.

``linkflow.organizations`` makes these. Facts of law and of the request (what is shared, for how long) never come
from here; an organization's words stand beside them.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from linkflow.domain import brand
from linkflow.domain.books import Period, last_full_months
from linkflow.domain.requests import DataType
from linkflow.domain.software import Software
from linkflow.images import Image
from linkflow.organization_sign_in import SignIn

SANDBOX = "sandbox"
"""The built-in product; offered only where the organization's file asks for it by name."""


class Welcome(StrEnum):
    """How much the welcome page says; it is never left out."""

    FULL = "full"
    SHORT = "short"


class Access(StrEnum):
    """``once``: the grant is given back after the first complete pull. ``ongoing``: until an end."""

    ONCE = "once"
    ONGOING = "ongoing"


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """A link of the organization's own navigation bar."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """Colours as ``#rrggbb``; ``font_stack`` is CSS; ``radius`` is 0, 6 or 12 px."""

    primary: str
    secondary: str
    radius: int = 6
    font_stack: str = brand.FONT_STACKS["system"]
    logo: Image | None = None
    icon: Image | None = None
    hero: Image | None = None
    secured_by: str | None = None
    navigation: tuple[NavigationItem, ...] = ()

    @cached_property
    def theme_css(self) -> str:
        """The stylesheet with this look's tokens."""
        return brand.theme_css(self)

    @cached_property
    def theme_hash(self) -> str:
        """Changes when ``theme_css`` does."""
        return brand.theme_hash(self)


@dataclass(frozen=True, kw_only=True)
class Feel:
    """The switches of the journey."""

    welcome: Welcome = Welcome.FULL
    multi_entity: bool = True
    upload: bool = True
    copy_link: bool = True
    hand_over: bool = True
    one_time_code: bool = False
    exit_confirmation: bool = True
    device_warnings: bool = True
    link_lifetime: timedelta = timedelta(days=30)
    request_lifetime: timedelta = timedelta(days=90)
    reminders_after: tuple[timedelta, ...] = (timedelta(days=3), timedelta(days=7))
    access: Access = Access.ONGOING
    access_months: int = 12
    retention_months: int = 24
    """How long books are kept after access has ended."""
    consent_retention_months: int = 72
    """How long consent records, and the audit entry of the deletion, outlive a company that was deleted."""
    redirect_after: str | None = None
    redirect_hosts: tuple[str, ...] = ()
    redirect_parameters: tuple[str, ...] = ()
    """What is set with each request for `redirect_after` to name."""


class Sight(StrEnum):
    """Which companies viewers and managers see; administrators see all."""

    ALL = "all"
    ASSIGNED = "assigned"


@dataclass(frozen=True, kw_only=True)
class Portal:
    """How the organization's own people work in the portal."""

    sight: Sight = Sight.ALL


@dataclass(frozen=True, kw_only=True)
class Reports:
    """What reports show unless something else is asked for."""

    spend_months: int = 12
    """The full months of a spend analysis."""


@dataclass(frozen=True, kw_only=True)
class SoftwareChoice:
    """What this organization offers. ``allowed`` of None: everything except the sandbox."""

    allowed: tuple[str, ...] | None = None
    popular: tuple[str, ...] = ()
    preselected: str | None = None
    sandbox: bool = False


@dataclass(frozen=True, kw_only=True)
class Help:
    """Whom a customer asks; at least one of phone, email and url is there."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConsentSection:
    """The organization's own words on the consent page; ``language`` of None: in every language."""

    header: str
    body: str
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Override:
    """One text of the organization in place of a shipped one."""

    language: str
    page: str
    slot: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Organization:
    """Everything one organization has configured. ``slug`` is its file's name and never changes."""

    slug: str
    name: str
    look: Look
    help: Help
    privacy_url: str
    languages: tuple[str, ...] = ("en-GB",)
    reviewed_languages: tuple[str, ...] = ()
    """The shipped consent and mail texts it has confirmed."""
    timezone: str = "UTC"
    """Decides which day it is: until when an answer is due, when access ends."""
    terms_url: str | None = None
    data_security_url: str | None = None
    phrase_check_url: str | None = None
    """A page of the organization's own site where the verification phrase can be checked."""
    operated_by: str | None = None
    feel: Feel = field(default_factory=Feel)
    software: SoftwareChoice = field(default_factory=SoftwareChoice)
    portal: Portal = field(default_factory=Portal)
    reports: Reports = field(default_factory=Reports)
    sign_in: SignIn | None = None
    """None: local accounts only."""
    request_names: tuple[str, ...] = ("Accounting data request",)
    """Offered when a request is made; the first is the default."""
    consent: tuple[ConsentSection, ...] = ()
    content: Mapping[tuple[str, str, str], str] = field(default_factory=dict, repr=False)
    """(language, page, slot) → text; read it with ``text``."""

    @property
    def default_language(self) -> str:
        """The first one listed."""
        return self.languages[0]

    def language(self, *wanted: str | None) -> str:
        """The first wanted language on offer, exactly or as a relative (``fr-CA`` ~ ``fr``), else the default."""
        for tag in filter(None, wanted):
            near = [known for known in self.languages if known.split("-")[0] == tag.split("-")[0]]
            if near:
                return tag if tag in near else near[0]
        return self.default_language

    def text(self, page: str, slot: str, language: str, default: str) -> str:
        """The organization's words for a place on a page, or for a sentence of it, as written; else ``default``.

        A page is one of ``shipped_texts``; mails are ``email/<kind>`` and ``email/<kind>/<financials|spend_analysis|
        both>``, where the longer name falls back to the shorter, and all to what is said for everywhere.
        """
        everywhere = "email/everywhere" if page.startswith("email/") else "everywhere"
        names = [page]
        while "/" in names[-1]:
            names.append(names[-1].rpartition("/")[0])
        found = (self.content.get((language, name, slot)) for name in (*names, everywhere))
        return next((text for text in found if text is not None), default)

    def overrides(self) -> Iterator[Override]:
        """Every text of its own; `slot` is a place's name or a shipped sentence."""
        for (language, page, slot), text in self.content.items():
            yield Override(language=language, page=page, slot=slot, text=text)

    def consent_sections(self, language: str) -> tuple[ConsentSection, ...]:
        """Its own words on the consent page in that language."""
        return tuple(section for section in self.consent if section.language in {None, language})

    def offers(self, software: str) -> bool:
        """The picker may show that software. The sandbox must be named."""
        if software == SANDBOX:
            return self.software.sandbox or SANDBOX in (self.software.allowed or ())
        return self.software.allowed is None or software in self.software.allowed

    def offered(self, catalogue: Mapping[str, Software]) -> tuple[Software, ...]:
        """What the picker shows: the organization's popular ones in its order, then the catalogue's order."""
        allowed = [software for software in catalogue.values() if self.offers(software.id)]  # in its order already
        first = [catalogue[name] for name in self.software.popular if name in catalogue and self.offers(name)]
        return (*first, *(software for software in allowed if software.id not in self.software.popular))

    def asks_for_entities(self, data_types: Iterable[DataType]) -> bool:
        """Whether the customer is asked for one or several entities: spend alone, and not switched off."""
        return self.feel.multi_entity and set(data_types) == {DataType.SPEND_ANALYSIS}

    def day_of(self, moment: datetime) -> date:
        """The day it is at that moment in the organization's time zone."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()

    def spend_period(self, on: date) -> Period:
        """The months of a spend analysis of books read on a day, unless others are asked for."""
        return last_full_months(on, self.reports.spend_months)

    def access_ends_at(self, consented_at: datetime) -> datetime | None:
        """When ongoing access ends; None for access ``once``."""
        return months_after(consented_at, self.feel.access_months) if self.feel.access is Access.ONGOING else None

    def records_end_at(self, deleted_at: datetime) -> datetime:
        """Until when the records of a deleted company are kept."""
        return months_after(deleted_at, self.feel.consent_retention_months)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months later, or that month's last day when it is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
