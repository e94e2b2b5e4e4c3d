"""Workbooks of reports: asked for, offered while they are of the figures that count, taken, and forgotten.

One is asked for once: the same figures, period and threshold give the same workbook, ready or on its way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from linkflow.domain.books import Period, last_full_months
from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.ports import Job, Transaction
from linkflow.domain.requests import DataType
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user
from linkflow.services.making_spend import MONTHS
from linkflow.services.report_sources import Source, sources_of
from linkflow.services.sight import seen_company
from linkflow.services.vault import Place
from linkflow.store import workbooks
from linkflow.store.runs import OPEN
from linkflow.store.turns import take_turn, take_turn_of
from linkflow.store.users import User
from linkflow.store.workbooks import StoredWorkbook, WorkbookState

KEPT = timedelta(days=30)
"""How long a workbook can be taken."""
KEPT_READY = 20
"""Workbooks of one company that can be taken: the youngest."""
AT_ONCE = 5
"""Workbooks of one company that may be on their way."""
_BATCH = 50


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Which figures a workbook or file is of: of one entity, or of all where `entity_id` is None.

    Without a `period`, of the months that are usual; of financials it is every month there is. `threshold` is for the
    suppliers of a spend analysis.
    """

    kind: DataType
    entity_id: str | None = None
    period: Period | None = None
    threshold: Decimal = Decimal(0)


@dataclass(frozen=True)
class Standing:
    """Where the workbook of some figures stands; `ready` is one to take, `outdated` where newer figures count.

    `state` is of the youngest: none was asked for, it is being made, it is ready, it failed.
    """

    state: Literal["none", "making", "ready", "outdated", "failed"]
    ready: StoredWorkbook | None = None
    error: str | None = None


@dataclass(frozen=True)
class Taken:
    """A workbook as it is handed out: whose figures, which report, how many bytes, and those piece by piece."""

    name: str
    report: str
    size: int
    pieces: Iterator[bytes]


def ask_for_workbook(ctx: Context, user: User, company_id: str, figures: Figures) -> bool:
    """Have a workbook made, unless there is one or it is on its way; answers whether this call asked for it.

    Raises `NotFound` where there is no report, `Refused` where too many are on their way.
    """
    with ctx.database.transaction() as tx:
        take_turn(tx, company_id)
        company = seen_company(ctx, tx, user, company_id)
        sources = sources_of(tx, company, kind=figures.kind.value, entity_id=figures.entity_id)
        if not sources:
            raise NotFound
        wanted = _wanted(ctx, user, company_id, figures, sources)
        if any(one.state in OPEN or _is_current(one, sources) for one in workbooks.latest_like(tx, wanted)):
            return False
        if workbooks.count_open(tx, company_id) >= AT_ONCE:
            raise Refused("workbook", "too-many-at-once")
        workbooks.add_workbook(tx, wanted)
        _note(ctx, tx, "workbook-asked", user, wanted)
        tx.enqueue(Job.MAKE_WORKBOOK, wanted.id)
        return True


def standing(ctx: Context, tx: Transaction, user: User, company_id: str, figures: Figures) -> Standing:
    """Where the workbook of these figures stands, for a page that shows them."""
    company = seen_company(ctx, tx, user, company_id)
    sources = sources_of(tx, company, kind=figures.kind.value, entity_id=figures.entity_id)
    if not sources:
        return Standing("none")
    known = workbooks.latest_like(tx, _wanted(ctx, user, company_id, figures, sources))
    ready = [one for one in known if one.state == WorkbookState.READY]
    current = next((one for one in ready if _is_current(one, sources)), None)
    if current is not None:
        return Standing("ready", current)
    old = ready[0] if ready else None
    if any(one.state in OPEN for one in known):
        return Standing("making", old)
    if known and known[0].state == WorkbookState.FAILED:
        return Standing("failed", old, known[0].error)
    return Standing("outdated", old) if old else Standing("none")


def take_workbook(ctx: Context, user: User, workbook_id: str) -> Taken:
    """A workbook that is ready; that it was taken is written down first. Raises `NotFound` for every other."""
    with ctx.database.transaction() as tx:
        found = workbooks.workbook(tx, workbook_id)
        if found is None or found.organization != user.organization or found.state != WorkbookState.READY:
            raise NotFound
        seen_company(ctx, tx, user, found.company_id)
        _note(ctx, tx, "workbook-taken", user, found)
    months = f"{found.first_month:%Y-%m}-to-{found.last_month:%Y-%m}"
    return Taken(found.filename, f"{found.kind.replace('_', '-')}-{months}", found.size, _pieces(ctx, found))


def forget_spent(ctx: Context) -> int:
    """Delete workbooks that are old or replaced, a batch of pieces at a time; answers how many."""
    forgotten = 0
    while True:
        with ctx.database.reading() as tx:
            spent = workbooks.spent(tx, asked_before=ctx.now() - KEPT, limit=_BATCH)
        _forget(ctx, spent)
        forgotten += len(spent)
        if len(spent) < _BATCH:
            return forgotten


def forget_surplus(ctx: Context, company_id: str) -> None:
    """Delete a company's workbooks before the last few, likewise."""
    with ctx.database.reading() as tx:
        surplus = workbooks.surplus(tx, company_id, kept=KEPT_READY, limit=_BATCH)
    _forget(ctx, surplus)


def content_place(workbook: StoredWorkbook, position: int) -> Place:
    """The one place a piece's ciphertext is good for."""
    return Place(workbook.organization, "workbook_chunks", f"{workbook.id}/{position}", "content")


def period_of(ctx: Context, figures: Figures, sources: Sequence[Source]) -> Period:
    """The months of some figures. Raises `Refused` for a period that is none, or not one of the reports'."""
    made = [one.report for one in sources]
    first = [one.first_month for one in made if one.first_month] or [date.max]
    last = [one.last_month for one in made if one.last_month] or [date.min]
    if figures.kind is DataType.FINANCIALS:
        return Period(min(first), max(last))
    if figures.period is None:
        organization = ctx.organizations()[made[0].organization]
        return organization.spend_period(max(organization.day_of(one.read_at) for one in made))
    # Of the months before the first ones there is nothing, as far back as reports go.
    wanted, earliest = figures.period, last_full_months(max(last), MONTHS).first_month
    if not min(*first, earliest) <= wanted.first_month <= wanted.last_month <= max(last):
        raise Refused("period", "impossible")
    return wanted


def _forget(ctx: Context, unwanted: Sequence[StoredWorkbook]) -> None:
    for one in unwanted:
        while not _forget_some(ctx, one.id):
            pass


def _forget_some(ctx: Context, workbook_id: str) -> bool:
    with ctx.database.transaction() as tx:
        take_turn_of(tx, "workbook", workbook_id)
        if workbooks.delete_chunks(tx, workbook_id):
            return False
        workbooks.delete_workbook(tx, workbook_id)
        return True


def _pieces(ctx: Context, found: StoredWorkbook) -> Iterator[bytes]:
    """Each read by itself, so that a slow download holds no transaction open; one that was deleted meanwhile breaks."""
    left, position = found.size, 0
    while left > 0:
        with ctx.database.reading() as tx:
            sealed = workbooks.chunk(tx, found.id, position)
        if sealed is None:
            raise NotFound
        piece = ctx.vault.open_bytes(sealed, content_place(found, position))
        yield piece
        left, position = left - len(piece), position + 1


def _note(ctx: Context, tx: Transaction, kind: str, user: User, workbook: StoredWorkbook) -> None:
    company_id, entity_id = workbook.company_id, workbook.entity_id
    note_by_user(ctx, tx, kind, user=user, company_id=company_id, entity_id=entity_id, detail=workbook.kind)


def _is_current(workbook: StoredWorkbook, sources: tuple[Source, ...]) -> bool:
    return workbook.state == WorkbookState.READY and workbook.made_from == [one.report.id for one in sources]


def _wanted(ctx: Context, user: User, company_id: str, figures: Figures, sources: tuple[Source, ...]) -> StoredWorkbook:
    period = period_of(ctx, figures, sources)
    return StoredWorkbook(
        id=ctx.new_id(),
        organization=user.organization,
        company_id=company_id,
        entity_id=figures.entity_id,
        kind=figures.kind.value,
        user_id=user.id,
        asked_at=ctx.now(),
        first_month=period.first_month,
        last_month=period.last_month,
        threshold=figures.threshold,
        made_from=[one.report.id for one in sources],
    )
