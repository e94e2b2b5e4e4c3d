"""What the pages about connections that need a person are given: the forecast, asking a batch, how it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from linkflow.web.company_list_views import SortLink
from linkflow.web.page_views import FormView
from linkflow.web.portal_views import EmailPreview

Why = Literal["lost", "scope", "ends", "unrenewed", "access"]
How = Literal["not", "yes", "opened"]
AskingState = Literal["waiting", "asked", "opened", "done", "stopped", "skipped"]


@dataclass(frozen=True, kw_only=True)
class ForecastRow:
    """One connection. `due_at` of None: now, since `lost_at` where that is known; `days` until then.

    `id` is what a tick chooses.
    """

    id: str
    company_name: str
    company_href: str
    entity_name: str | None
    contact_name: str
    contact_email: str
    software_name: str
    tenant_name: str | None
    users: tuple[str, ...]
    why: Why
    due_at: datetime | None
    days: int | None
    lost_at: datetime | None
    asked_at: datetime | None
    opened_at: datetime | None
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class BatchRow:
    """A batch in numbers; `busy` while its mails are made."""

    href: str
    at: datetime
    by: str
    total: int
    done: int
    waiting: int
    busy: bool

    @property
    def given_up(self) -> int:
        """Stopped, or passed over when it was their turn."""
        return self.total - self.done - self.waiting


@dataclass(frozen=True, kw_only=True)
class ForecastPage:
    """Filters are a GET with `q`, `why`, `software`, `asked`, `of`, `size` and `sort`; they live in the address.

    `form` posts the ticked rows as `connection`, for who may ask; `counts` are reasons with how many there are.
    """

    action: str
    rows: tuple[ForecastRow, ...]
    sorts: tuple[SortLink, ...]
    counts: tuple[tuple[Why, int], ...]
    query: str
    why: Why | None
    software: str
    products: tuple[tuple[str, str], ...]
    asked: How | None
    of: str
    size: int
    sort: str
    sizes: tuple[int, ...]
    users: tuple[tuple[str, str], ...]
    chooses: bool
    narrowed: bool
    batches: tuple[BatchRow, ...]
    form: FormView | None = None
    everything_href: str | None = None
    all_href: str | None = None
    before_href: str | None = None
    after_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChosenRow:
    """A connection about to be asked for."""

    id: str
    company_name: str
    entity_name: str | None
    contact_name: str
    contact_email: str
    software_name: str
    why: Why
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AskAgainPage:
    """The question before a batch is asked: `form` posts its rows once more, and `once`. `lately` are passed over."""

    form: FormView
    rows: tuple[ChosenRow, ...]
    lately: int
    once: str
    preview: EmailPreview
    cancel_href: str


@dataclass(frozen=True, kw_only=True)
class AskingRow:
    """One connection of a batch and how far it has come; `at` is when that was, `skipped` why nobody was asked."""

    company_name: str
    company_href: str
    entity_name: str | None
    software_name: str
    why: Why
    due_at: datetime | None
    state: AskingState
    at: datetime | None
    asked_at: datetime | None
    reminded_at: datetime | None
    skipped: str | None


@dataclass(frozen=True, kw_only=True)
class AskingBatchPage:
    """A batch with its rows in view; `stop` while somebody could still be reminded, for who may."""

    at: datetime
    by: str
    rows: tuple[AskingRow, ...]
    asked: int
    opened: int
    done: int
    list_href: str
    again_href: str | None = None
    stop: FormView | None = None
