"""What each page of the customer's journey is given: one frozen value per template, named `page` there.

Pure values, no queries and no wording: `templates/linkflow/customer/<data-page>.html` holds the words.
Data types, states and parts travel as keys ("financials", "linked", "profit_and_loss").
A template and its value share a name: `entity-name.html` is given `EntityNamePage`. The consent and the page on the
way out have theirs in `consent_views`; upload, hand-over and exit in `aside_views`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from linkflow.web.page_views import FormView

EntityState = Literal[
    "not-started", "started", "pending", "linked", "renew", "reconnect", "reading",
    "available", "uploaded", "accepted", "correction", "failed", "disconnected",
]  # fmt: skip
FILE_STATES: Mapping[str, EntityState] = {"received": "uploaded", "accepted": "accepted", "correction": "correction"}
"""The state of an entity by that of the file its books came in."""
PartState = Literal["waiting", "reading", "done", "failed"]


@dataclass(frozen=True, kw_only=True)
class WelcomePage:
    """The link's own page. `form` posts `way` = `software` or `upload`; without `upload` one *Continue*.

    `preview` is True for a signed-in user of the organization: nothing can be pressed.
    """

    form: FormView
    rm_name: str
    request_name: str
    purpose: str
    data_types: tuple[str, ...]
    phrase: str
    masked_recipient: str
    minutes: int = 5
    due_on: date | None = None
    expires_at: datetime | None = None
    upload: bool = False
    short: bool = False
    preview: bool = False
    check_page_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class CodePage:
    """`form` posts `code`; `again` posts nothing and mails another one (None once three were sent this hour).

    `purpose` `access`: the code goes to the company's contact and opens receipts and disconnecting; while none has been
    mailed to this browser, `form` is None and `first` mails it.
    """

    form: FormView | None
    masked_recipient: str
    again: FormView | None
    minutes: int = 10
    sent_again: bool = False
    purpose: Literal["enter", "access"] = "enter"
    first: FormView | None = None
    back_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class EntityCountPage:
    """`form` posts `count` = `one` or `several`."""

    form: FormView
    company_name: str
    back_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReusableTenant:
    """A company in the software that a grant of this request already reaches; `id` is our opaque id."""

    id: str
    name: str
    software_name: str
    country: str | None = None


@dataclass(frozen=True, kw_only=True)
class EntityNamePage:
    """`form` posts `name`, and `tenant` = a row of `reusable` when that was pressed (never when `reuse` is None).

    `renaming` is True for the name of an entity there is.
    """

    form: FormView
    company_name: str
    reuse: FormView | None = None
    reusable: tuple[ReusableTenant, ...] = ()
    existing: tuple[str, ...] = ()
    renaming: bool = False
    limit: int = 100
    back_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class SoftwareRow:
    """One product. `way` says what its button does; `unavailable` rows cannot be pressed and say why."""

    id: str
    name: str
    vendor: str
    way: Literal["connect", "upload", "unavailable"]
    logo_url: str | None = None
    aliases: tuple[str, ...] = ()
    device_warning: str | None = None


@dataclass(frozen=True, kw_only=True)
class SoftwarePage:
    """A row's button posts `software` = its id to `form`. `search_action` is a GET with `q`.

    With a `query` only `matches` is shown, else `popular` and then `others`.
    """

    form: FormView
    search_action: str
    not_listed_href: str
    popular: tuple[SoftwareRow, ...] = ()
    others: tuple[SoftwareRow, ...] = ()
    matches: tuple[SoftwareRow, ...] = ()
    query: str = ""
    entity_name: str | None = None
    back_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class TenantChoice:
    """One company the grant can read; `resembles` is False when its names are unlike the one asked for."""

    id: str
    name: str
    resembles: bool
    legal_name: str | None = None
    country: str | None = None
    currency: str | None = None
    connected_as: str | None = None


@dataclass(frozen=True, kw_only=True)
class ConfirmCompanyPage:
    """`form` posts `tenant` = an id, or `none` = `yes` from the "None of these" button. Nothing is preselected."""

    form: FormView
    software_name: str
    expected_name: str
    tenants: tuple[TenantChoice, ...]


@dataclass(frozen=True, kw_only=True)
class PartProgress:
    """One part of a pull ("bills"): how many rows so far, of how many when the software says so."""

    name: str
    state: PartState
    rows: int = 0
    total: int | None = None


@dataclass(frozen=True, kw_only=True)
class PullProgress:
    """How far the reading is. `slow` is True when nothing moved for a while.

    `limited_until`: the software allows no more before then.
    """

    state: PartState
    parts: tuple[PartProgress, ...] = ()
    slow: bool = False
    limited_until: datetime | None = None

    @property
    def done(self) -> int:
        """How many parts are in."""
        return sum(part.state == "done" for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class ConnectedPage:
    """`onward_href` leads to `entities` or `summary`; `again_href` is this page; `resembles` False shows the flag.

    `return_url` is the organization's own page, where it has one and this is the end.
    """

    software_name: str
    tenant_name: str
    progress: PullProgress
    onward_href: str
    again_href: str
    several: bool = False
    entity_name: str | None = None
    expected_name: str | None = None
    resembles: bool = True
    access: Literal["once", "ongoing"] = "once"
    access_until: date | None = None
    return_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class EntityRow:
    """One legal entity on `entities` and `summary`. `remove` and `rename_href` are None once it is connected."""

    id: str
    name: str
    state: EntityState
    href: str | None = None
    software_name: str | None = None
    tenant_name: str | None = None
    changed_at: datetime | None = None
    rename_href: str | None = None
    remove: FormView | None = None


@dataclass(frozen=True, kw_only=True)
class EntitiesPage:
    """`finish` is None until one entity is connected or uploaded; `add_href` is None at fifty."""

    company_name: str
    rows: tuple[EntityRow, ...]
    add_href: str | None
    finish: FormView | None
    unfinished: tuple[str, ...] = ()
    notice: Literal["removed", "renamed", "added"] | None = None


@dataclass(frozen=True, kw_only=True)
class SummaryPage:
    """Where a complete request opens. `rows` has one row, without a name to show, for a company alone."""

    request_name: str
    company_name: str
    rows: tuple[EntityRow, ...]
    data_types: tuple[str, ...]
    again_href: str
    finished_at: datetime | None = None
    due_on: date | None = None
    several: bool = False
    add_href: str | None = None
    access_href: str | None = None
    return_url: str | None = None
