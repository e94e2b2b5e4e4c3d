"""The rows behind a figure of a spend analysis: a page of them, and what all of them add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from linkflow.domain.ageing import AgeBucket, due_between
from linkflow.domain.book_rows import BillRow, CreditNoteRow, ExpenseRow, PaymentRow
from linkflow.domain.books import Period
from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.services.spending import EntityReport, SpendAsked, SpendScope, scope_of
from linkflow.store import book_rows
from linkflow.store.book_queries import EVERYTHING, Wanted
from linkflow.store.book_rows import Place, Sums
from linkflow.store.users import User

AT_ONCE = 100
"""Rows on a page."""

Row = BillRow | PaymentRow | ExpenseRow | CreditNoteRow

_LISTS: Mapping[str, tuple[Any, Any]] = {
    "bills": (book_rows.bill_rows, book_rows.bill_sums),
    "payments": (book_rows.payment_rows, book_rows.payment_sums),
    "expenses": (book_rows.expense_rows, book_rows.expense_sums),
    "credit-notes": (book_rows.credit_note_rows, book_rows.credit_note_sums),
}


@dataclass(frozen=True, kw_only=True)
class RowsAsked:
    """Which rows of which list; `period` None: whenever they are dated. `age` is about bills that are open.

    `besides` is another list with the same restrictions, of which the sum alone is wanted.
    """

    kind: str
    entity_id: str | None = None
    currency: str | None = None
    period: Period | None = None
    wanted: Wanted = EVERYTHING
    age: AgeBucket | None = None
    besides: str | None = None
    after: Place | None = None


@dataclass(frozen=True, kw_only=True)
class RowsReview:
    """One page; `sums` of all pages by the currency of the books; `onward` is where the next page begins."""

    scope: SpendScope
    entities: Mapping[str, EntityReport]
    rows: tuple[Row, ...]
    sums: tuple[tuple[str, Sums], ...]
    besides: tuple[tuple[str, Sums], ...]
    onward: Place | None


def review_rows(ctx: Context, user: User, company_id: str, asked: RowsAsked) -> RowsReview:
    """The rows as the books hold them now; `NotFound` for a list there is not."""
    if asked.kind not in _LISTS:
        raise NotFound
    with ctx.database.reading() as tx:
        scope = scope_of(ctx, tx, user, company_id, SpendAsked(entity_id=asked.entity_id))
        mine = [one for one in scope.entities if asked.currency in (None, one.report.currency)]
        rows = _rows(tx, asked, mine)
        sums = _sums(tx, asked.kind, asked, mine)
        besides = _sums(tx, asked.besides, asked, mine) if asked.besides else ()
    more = len(rows) > AT_ONCE
    return RowsReview(
        scope=scope,
        entities={one.connection.id: one for one in mine},
        rows=tuple(rows[:AT_ONCE]),
        sums=sums,
        besides=besides,
        onward=_place(rows[AT_ONCE - 1]) if more else None,
    )


def _sums(tx: Transaction, kind: str, asked: RowsAsked, mine: Sequence[EntityReport]) -> tuple[tuple[str, Sums], ...]:
    """What a list adds up to in each currency of books."""
    found: dict[str, Sums] = {}
    for one in mine:
        of = one.report.currency or ""
        found[of] = _added(found.get(of), _LISTS[kind][1](tx, one.connection.id, **_of(asked, one)))
    return tuple(found.items())


def day_of(row: Row) -> date:
    """The day a row is listed under."""
    if isinstance(row, PaymentRow):
        return row.paid_on
    return row.spent_on if isinstance(row, ExpenseRow) else row.issued_on


def _rows(tx: Transaction, asked: RowsAsked, mine: Sequence[EntityReport]) -> list[Row]:
    """One more than a page, entity by entity, from the place on that an entity of these has."""
    after, ids = asked.after, [one.connection.id for one in mine]
    start = ids.index(after.connection_id) if after and after.connection_id in ids else 0
    found: list[Row] = []
    for one in mine[start:]:
        mark = after if after and after.connection_id == one.connection.id else None
        left = AT_ONCE + 1 - len(found)
        found += _LISTS[asked.kind][0](tx, one.connection.id, **_of(asked, one), after=mark, limit=left)
        if len(found) > AT_ONCE:
            break
    return found


def _of(asked: RowsAsked, one: EntityReport) -> dict[str, Any]:
    """What is wanted of one entity: how old a bill is goes by the day its books were read."""
    if asked.age is None:
        return {"period": asked.period, "wanted": asked.wanted}
    if asked.age is AgeBucket.NO_DUE_DATE:
        return {"period": None, "wanted": replace(asked.wanted, outstanding=True, without_due_date=True)}
    return {"period": None, "wanted": replace(asked.wanted, due=due_between(asked.age, on=one.read_on))}


def _place(row: Row) -> Place:
    return Place(row.connection_id, day_of(row), row.id)


def _added(held: Sums | None, more: Sums) -> Sums:
    if held is None:
        return more
    return Sums(rows=held.rows + more.rows, total=held.total + more.total, due=held.due + more.due)
