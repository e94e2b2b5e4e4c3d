"""What the list of companies is given: pure values, states and reports as keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from linkflow.web.customer_views import EntityState
from linkflow.web.portal_views import Status

Report = Literal["profit-and-loss", "balance-sheet", "spend-by-supplier", "spend-by-method"]


@dataclass(frozen=True, kw_only=True)
class Download:
    """A report as a file."""

    report: Report
    href: str


@dataclass(frozen=True, kw_only=True)
class ListedEntityRow:
    """A legal entity under its company."""

    name: str
    state: EntityState
    downloads: tuple[Download, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CompanyRow:
    """One line. `status` is None before the first request; actions are None where the role does not allow them.

    `hidden` is how many entities are not shown.
    """

    id: str
    name: str
    description: str
    href: str
    contact_name: str
    contact_email: str
    users: tuple[str, ...]
    status: Status | None
    status_at: datetime | None
    created_at: datetime
    downloads: tuple[Download, ...]
    entities: tuple[ListedEntityRow, ...]
    hidden: int
    request_href: str | None = None
    edit_href: str | None = None
    delete_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class CompanyChoice:
    """A company that can be asked; `status` is None before its first request, `href` leads to the next."""

    name: str
    contact_name: str
    contact_email: str
    status: Status | None
    status_at: datetime | None
    href: str


@dataclass(frozen=True, kw_only=True)
class ChooseCompanyPage:
    """Whom a new request is for. The search is a GET with `q`; `new_href` asks a company that is not there yet."""

    action: str
    rows: tuple[CompanyChoice, ...]
    query: str
    new_href: str
    before_href: str | None = None
    after_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class SortLink:
    """A column's heading: `sorted` is `ascending`, `descending` or None; the link sorts by it, or the other way."""

    key: str
    href: str
    sorted: Literal["ascending", "descending"] | None = None


@dataclass(frozen=True, kw_only=True)
class CompaniesPage:
    """Filters are a GET with `q`, `status`, `of`, `size` and `sort`; they live in the address.

    `of` is `me`, `all`, `nobody` or a user's id; `users` pairs of id and name; `chooses` is False
    where only what is assigned to oneself can be seen.
    `status` is a status, `not-asked` or empty.
    """

    action: str
    rows: tuple[CompanyRow, ...]
    sorts: tuple[SortLink, ...]
    query: str
    status: str
    of: str
    size: int
    sort: str
    sizes: tuple[int, ...]
    users: tuple[tuple[str, str], ...]
    chooses: bool
    any_at_all: bool
    narrowed: bool
    mine_only: bool
    new_href: str | None = None
    import_href: str | None = None
    everything_href: str | None = None
    before_href: str | None = None
    after_href: str | None = None
