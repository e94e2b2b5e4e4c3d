"""What the pages of both reports are given in common: what a report is of, how fresh it is, and what is doubtful in it.

The same rules as `portal_views`: pure frozen values, keys instead of words.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from linkflow.web.company_list_views import Download

ReportKind = Literal["financials", "spend_analysis"]
Newer = Literal["being-read", "being-made", "not-made", "books-mixed", "nothing-new"]
CheckKey = Literal["totals-add-up", "sheet-balances", "net-profit-agrees"]
StatementKey = Literal["profit_and_loss", "balance_sheet"]
NoteKey = Literal[
    "told", "several-currencies", "not-eliminated",
    "derived", "months-missing", "no-month-before", "no-balances",
    "whole-units", "no-class", "low-confidence", "short-history", "left-out", "set-aside",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReportSource:
    """The books a report was made from: read at one moment, made into the report at another.

    `name` is the entity's, `software_name` None where a file was sent. `access` ends with the reading itself (`once`)
    or on a day; None where it is over.
    """

    name: str
    read_at: datetime
    made_at: datetime
    software_name: str | None = None
    tenant_name: str | None = None
    access: Literal["once", "ongoing"] | None = None
    access_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class CheckNote:
    """A check of a statement that failed in a month; the statement's figure is `difference` above its lines'."""

    check: CheckKey
    statement: StatementKey
    month: date
    difference: Decimal
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class QualityNote:
    """Something about the data that a reader must know; `count` and `share` where it is told how much of it.

    `statement` where it is of one, `name` the entity's, where there are several. `text` of what is `told` in words that
    files have, too.
    """

    kind: NoteKey
    text: str = ""
    count: int = 0
    share: Decimal | None = None
    months: tuple[date, ...] = ()
    statement: StatementKey | None = None
    name: str = ""
    href: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReportHead:
    """The head of a report's page. `entity_name` is None for a company's only entity and for all of them together.

    `currency` is empty where there are several. `newer`: why these are not the latest figures there will be.
    Nothing in `checks` means that all of them hold; of a spend analysis there are none.
    """

    kind: ReportKind
    company_name: str
    company_href: str
    first_day: date
    last_day: date
    currency: str
    sources: tuple[ReportSource, ...]
    entity_name: str | None = None
    newer: Newer | None = None
    again_href: str = ""
    retention_months: int | None = None
    checks: tuple[CheckNote, ...] = ()
    notes: tuple[QualityNote, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One figure of a card: an `amount` of money, a `count`, or a `share` as a part of 1; None: it cannot be told.

    `overdue` is the part of it that should have been paid. `absent`: the software there cannot be such a figure from.
    """

    key: Literal[
        "revenue", "net-profit", "cash", "total", "suppliers", "card-share", "outstanding", "all-open", "late-share",
    ]  # fmt: skip
    kind: Literal["amount", "count", "share"]
    value: Decimal | int | None
    on: date | None = None
    overdue: Decimal | None = None
    absent: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportCardView:
    """A report of one entity on its company's page: what it says first, and the way to the whole of it.

    Without a report `state` says why; with one, `newer` whether it is the latest there will be.
    """

    kind: ReportKind
    state: Literal["made", "being-made", "being-read", "failed", "nothing", "not-made", "books-mixed", "nothing-new"]
    newer: Newer | None = None
    href: str | None = None
    read_at: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    currency: str = ""
    headlines: tuple[Headline, ...] = ()
    downloads: tuple[Download, ...] = ()
