"""What each page of the portal is given: one frozen value per template, named `page` there.

Pure values: statuses, roles and data types are keys, amounts Decimals, days dates; the templates hold the words.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from linkflow.web.page_views import FormView, HelpContact

Status = Literal[
    "draft", "requested", "undeliverable", "opened", "in_progress", "declined", "connected", "available",
    "warning", "error", "needs_reauth", "disconnected", "expired", "withdrawn",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The result of an action, shown once after the redirect. `text` is a finished sentence."""

    kind: Literal["ok", "info", "warn", "bad"]
    text: str


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """One entry of the top line; `key` is one of its words there, `pages` the `data-page`s that belong to it."""

    key: str
    href: str
    pages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PortalShell:
    """The frame of every portal page. `user_name` is None on the sign-in page, which has no navigation."""

    organization: str
    theme_href: str | None = None
    logo_url: str | None = None
    logo_alt: str = ""
    icon_url: str | None = None
    language: str = "en-GB"
    timezone: str = "UTC"
    help: HelpContact = field(default_factory=HelpContact)
    user_name: str | None = None
    role: Literal["viewer", "manager", "administrator"] | None = None
    account_href: str = ""
    companies_href: str = ""
    requests_href: str = ""
    navigation: tuple[NavigationItem, ...] = ()
    new_request_href: str | None = None
    sign_out: FormView | None = None
    notice: Notice | None = None


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """One line of the list; `status_at` is when the status began."""

    href: str
    company_href: str
    company_name: str
    contact_name: str
    contact_email: str
    request_name: str
    data_types: tuple[str, ...]
    status: Status
    status_at: datetime
    phrase: str
    created_at: datetime
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class RequestsPage:
    """The list. Filters are a GET with `q`, `status` and `mine` = `yes`; they live in the address."""

    action: str
    rows: tuple[RequestRow, ...]
    query: str = ""
    status: Status | None = None
    mine: bool = False
    filtered: bool = False
    newer_href: str | None = None
    older_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class EmailPreview:
    """The exact message that will be sent; the link in it is inert. `html_href` answers the HTML twin by itself."""

    sender: str
    recipient: str
    subject: str
    text: str
    html_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewRequestPage:
    """`form` posts `company` (an id or `new`); for a new one `company_name`, `contact_name`, `contact_email`; then
    `data_types` (`financials`, `spend_analysis`, `both`), `request_name`, `due_on`, `note`, `parameter_<name>` for each
    of `parameters`, and `do` = `preview`, `change`, `send` or `link`. With a `preview` the fields travel along hidden.

    `company_name` and the contact are those of a company there is, None for a new one.
    """

    form: FormView
    cancel_href: str
    company_name: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    request_names: tuple[str, ...] = ()
    software: tuple[tuple[str, str], ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    parameters: tuple[str, ...] = ()
    preview: EmailPreview | None = None
    copy_link: bool = True


@dataclass(frozen=True, kw_only=True)
class ExtendRequestPage:
    """`form` posts `last_day`; `ends_at` is the present end."""

    form: FormView
    company_name: str
    request_name: str
    request_href: str
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class WithdrawRequestPage:
    """`form` posts `sure` = `yes`; `is_shared`: the customer has connected software or sent a file."""

    form: FormView
    company_name: str
    company_href: str
    request_name: str
    request_href: str
    is_shared: bool


@dataclass(frozen=True, kw_only=True)
class TimelineEntry:
    """Something that happened: `text` is a finished sentence, `by` a person, "the customer" or None for linkflow."""

    at: datetime
    text: str
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Turning:
    """The ways on from a part of a page that holds the latest of something: to those before, and back to the latest."""

    older_href: str | None = None
    latest_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """One request. `link` holds the address only right after *Show the link* was pressed (audited).

    Its actions are None where the user or the state does not allow them. Of `withdraw` and `withdraw_href`, a page that
    asks first, there is one at most.
    """

    company_name: str
    company_href: str
    contact_name: str
    contact_email: str
    request_name: str
    data_types: tuple[str, ...]
    status: Status
    status_at: datetime
    phrase: str
    created_at: datetime
    timeline: tuple[TimelineEntry, ...]
    turning: Turning
    ends_at: datetime
    link_state: Literal["live", "expired", "withdrawn", "not-sent"]
    link_expires_at: datetime | None = None
    due_on: date | None = None
    rm_name: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    declined_reason: str | None = None
    link: str | None = None
    show_link: FormView | None = None
    resend: FormView | None = None
    reminders_stopped_at: datetime | None = None
    remind: FormView | None = None
    start_reminders: FormView | None = None
    reopen: FormView | None = None
    extend_href: str | None = None
    withdraw: FormView | None = None
    withdraw_href: str | None = None
    email: EmailPreview | None = None
