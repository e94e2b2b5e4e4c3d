"""What a company's page and the pages around it are given: connections, figures, files, notes, decisions.

The same rules as `portal_views`: pure frozen values, keys instead of words, one per template.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from linkflow.web.customer_views import EntityState, PullProgress
from linkflow.web.page_views import FormView
from linkflow.web.portal_views import RequestRow, Status, TimelineEntry, Turning
from linkflow.web.report_views import ReportCardView

NextStep = Literal[
    "send-request", "pass-on", "sent", "wait", "remind", "correct-address", "declined", "expired", "check-company",
    "connected", "reconnect", "reconnecting", "renew", "read-again", "check-file",
    "review",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ConnectionView:
    """One connection, or an entity still without one (`state` None). `id` is a fragment id for links in the page.

    `file` is the state of the file that counts in place of a connection.
    `sign_in` says why and `sign_in_by` when somebody has to sign in there again, as far as the software tells; None
    where there is no sign-in. Actions are None where the user or the state allows none.
    """

    id: str
    name: str
    state: Literal["pending", "linked", "needs_reauth", "disconnected"] | None = None
    file: EntityState | None = None
    software_name: str | None = None
    tenant_name: str | None = None
    resembles: bool = True
    linked_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    synced_at: datetime | None = None
    access_until: date | None = None
    access: Literal["once", "ongoing"] | None = None
    sign_in: Literal["ends", "unrenewed", "scope", "access", "kept", "untold"] | None = None
    sign_in_by: datetime | None = None
    asked_at: datetime | None = None
    progress: PullProgress | None = None
    just_read: bool = False
    refresh: FormView | None = None
    reconnect: FormView | None = None
    disconnect_href: str | None = None
    rename_href: str | None = None
    remove_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class FigureChoice:
    """An entity whose figures can be shown."""

    name: str
    href: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class FiguresView:
    """The reports of one entity, `busy` while one is made or the books are read.

    `choices`: all entities that have some, where there are several; `all_href`: of all of them together.
    """

    name: str
    busy: bool = False
    choices: tuple[FigureChoice, ...] = ()
    all_href: str | None = None
    cards: tuple[ReportCardView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChangeView:
    """A company the customer chose in place of the one connected; neither answer is there for who may not decide."""

    entity_name: str
    software_name: str
    old_name: str
    new_name: str
    asked_at: datetime
    country: str | None = None
    currency: str | None = None
    resembles: bool = True
    approve_href: str | None = None
    keep: FormView | None = None


@dataclass(frozen=True, kw_only=True)
class FileView:
    """A file as it was sent; `kilobytes` is at least 1."""

    entity_name: str
    request_name: str
    filename: str
    kilobytes: int
    received_at: datetime
    state: Literal["received", "accepted", "correction", "replaced"]
    reason: str = ""
    download_href: str | None = None
    accept: FormView | None = None
    correction_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """A note with its author; `delete` for the author alone."""

    author: str
    written_at: datetime
    text: str
    delete: FormView | None = None


@dataclass(frozen=True, kw_only=True)
class CompanyPage:
    """One company: who, state, what to do next; then figures; then history. `next_step` is a key or None.

    `form` posts a note: `note_text`, and `once`, an id made for it; None where the user may not write one.
    """

    company_name: str
    contact_name: str
    contact_email: str
    created_at: datetime
    users: tuple[str, ...]
    status: Status | None
    status_at: datetime | None
    connections: tuple[ConnectionView, ...]
    requests: tuple[RequestRow, ...]
    description: str = ""
    request_href: str | None = None
    edit_href: str | None = None
    delete_href: str | None = None
    changes: tuple[ChangeView, ...] = ()
    figures: FiguresView | None = None
    files: tuple[FileView, ...] = ()
    more_files: Turning
    notes: tuple[NoteView, ...] = ()
    more_notes: Turning
    form: FormView | None = None
    once: str = ""
    next_step: NextStep | None = None
    next_href: str | None = None
    again_href: str | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    more_history: Turning


@dataclass(frozen=True, kw_only=True)
class ApproveCompanyPage:
    """`form` is one button that approves the `change`."""

    form: FormView
    company_name: str
    change: ChangeView
    back_href: str


@dataclass(frozen=True, kw_only=True)
class EndConnectionPage:
    """`form` posts `end_reason`. `elsewhere` names the entities the same sign-in goes on serving.

    `untold`: the software has no way of being told.
    """

    form: FormView
    company_name: str
    contact_name: str
    entity_name: str
    software_name: str
    tenant_name: str
    retention_months: int
    back_href: str
    elsewhere: tuple[str, ...] = ()
    untold: bool = False


@dataclass(frozen=True, kw_only=True)
class CorrectionPage:
    """`form` posts `correction`, the reason."""

    form: FormView
    contact_name: str
    company_name: str
    entity_name: str
    filename: str
    received_at: datetime
    back_href: str


@dataclass(frozen=True, kw_only=True)
class EntityPage:
    """`form` posts `name` to rename the entity; to take it out it is one button."""

    form: FormView
    company_name: str
    contact_name: str
    entity_name: str
    back_href: str
    software_name: str | None = None
