"""Saying what accounts are: several at once, undone in one go, each time followed by a report of its own.

What a user says wins over every suggestion, stays through readings and reconnecting, and is written down. An account
never leaves its class.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from linkflow.domain.books import AccountClass
from linkflow.domain.categories import Category
from linkflow.domain.errors import NotFound, Refused, together
from linkflow.domain.financials import PlacedAccount, by_impact, place_again
from linkflow.domain.ports import Transaction
from linkflow.services import happenings, reporting
from linkflow.services.context import Context
from linkflow.services.making_financials import placing_of
from linkflow.services.reviewing_financials import (
    FinancialsReview,
    current_books,
    entity_in_sight,
    review_financials,
)
from linkflow.store import category_corrections, financial_reports, portal, statement_books
from linkflow.store.category_corrections import CategoryChange, Correction
from linkflow.store.connections import Connection
from linkflow.store.reports import Report
from linkflow.store.turns import take_turn
from linkflow.store.users import User

AT_ONCE = 300
"""Accounts one change may be about."""
SUGGESTED = "suggested"
"""In place of a category: what is suggested counts again."""
_CHANGES_SHOWN = 10
_NAMED = 3

_Placed = Mapping[str, tuple[str, AccountClass]]
"""Account id → its name and class."""


@dataclass(frozen=True, kw_only=True)
class Categorising:
    """The accounts of a report by what hangs on their category, placed as of now; and the latest changes.

    `users` are names by id, `names` those of accounts.
    """

    review: FinancialsReview
    accounts: tuple[PlacedAccount, ...]
    changes: tuple[CategoryChange, ...]
    users: Mapping[str, str]
    names: Mapping[str, str]


def review_categories(ctx: Context, user: User, company_id: str, entity_id: str) -> Categorising:
    """What the page of one entity's categories shows; raises `NotFound` for one out of sight."""
    review = review_financials(ctx, user, company_id, entity_id)
    held, found = review.connection, review.found
    if held is None or found is None:
        return Categorising(review=review, accounts=(), changes=(), users={}, names={})
    with ctx.database.reading() as tx:
        chart = statement_books.chart(tx, held.id)
        lines = place_again(found.lines, chart, placing_of(ctx, tx, held))
        changes = category_corrections.changes(tx, held.id, limit=_CHANGES_SHOWN)
        users = portal.user_names(tx, user.organization, (one.user_id for one in changes))
    return Categorising(
        review=review,
        accounts=by_impact(lines, full_months=found.full_months),
        changes=changes,
        users=users,
        names={key: account.name for key, account in chart.items()},
    )


def correct(
    ctx: Context,
    user: User,
    company_id: str,
    entity_id: str,
    *,
    account_ids: tuple[str, ...],
    category: str,
    change_id: str,
) -> int:
    """Place accounts in a category, or with `SUGGESTED` back where they were; answers how many.

    `change_id` was made when the page was shown: sent twice it is one change. Raises `NotFound` for an entity out of
    sight or without a report, `Refused` for accounts or a category that are none, or do not go together.
    """
    with ctx.database.transaction() as tx:
        take_turn(tx, company_id)
        held, made = _books(ctx, tx, user, company_id, entity_id)
        placed = financial_reports.classes_of(tx, made.id)
        chosen, leaf = together(
            lambda: _accounts(placed, account_ids), lambda: None if category == SUGGESTED else _leaf(ctx, category)
        )
        if leaf is not None:
            _assert_class(ctx, placed, chosen, leaf)
        if category_corrections.has_change(tx, held.id, change_id):
            return len(chosen)
        _store(ctx, tx, user, held, chosen, leaf.slug if leaf else None, change_id)
        _follow_up(ctx, tx, user, held, made, "categories-changed", str(len(chosen)))
        return len(chosen)


def undo(ctx: Context, user: User, company_id: str, entity_id: str, change_id: str) -> int:
    """Take a change back; answers of how many accounts, 0 where somebody had. Raises `NotFound` for what is none."""
    with ctx.database.transaction() as tx:
        take_turn(tx, company_id)
        held, made = _books(ctx, tx, user, company_id, entity_id)
        if not category_corrections.has_change(tx, held.id, change_id):
            raise NotFound
        undone = category_corrections.undo(tx, held.id, change_id, at=ctx.now())
        if undone:
            _follow_up(ctx, tx, user, held, made, "categories-undone", str(undone))
        return undone


def _books(ctx: Context, tx: Transaction, user: User, company_id: str, entity_id: str) -> tuple[Connection, Report]:
    entity_in_sight(ctx, tx, user, company_id, entity_id)
    held, made = current_books(tx, company_id, entity_id)
    if held is None or made is None:
        raise NotFound
    return held, made


def _accounts(placed: _Placed, account_ids: tuple[str, ...]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(account_ids))
    if not chosen:
        raise Refused("accounts", "empty")
    if len(chosen) > AT_ONCE:
        raise Refused("accounts", "too-many")
    if set(chosen) - placed.keys():
        raise Refused("accounts", "gone")
    return chosen


def _leaf(ctx: Context, category: str) -> Category:
    leaf = ctx.categories.leaf(category)
    if leaf is None:
        raise Refused("category", "unknown" if category else "empty")
    return leaf


def _assert_class(ctx: Context, placed: _Placed, chosen: tuple[str, ...], leaf: Category) -> None:
    strangers = [placed[one][0] for one in chosen if placed[one][1] is not leaf.account_class]
    if strangers:
        named = ", ".join(f"“{name}”" for name in strangers[:_NAMED])
        more = f" and {len(strangers) - _NAMED} more" if len(strangers) > _NAMED else ""
        words = ctx.categories.name(leaf.account_class.value).lower()
        raise Refused("category", "other-class", accounts=named + more, part=words)


def _store(
    ctx: Context,
    tx: Transaction,
    user: User,
    held: Connection,
    account_ids: tuple[str, ...],
    category: str | None,
    change_id: str,
) -> None:
    at = ctx.now()
    corrections = [
        Correction(
            id=ctx.new_id(),
            organization=held.organization,
            connection_id=held.id,
            change_id=change_id,
            account_id=account_id,
            category=category,
            user_id=user.id,
            at=at,
        )
        for account_id in account_ids
    ]
    category_corrections.add_corrections(tx, corrections)


def _follow_up(
    ctx: Context, tx: Transaction, user: User, held: Connection, made: Report, kind: str, detail: str
) -> None:
    """It is written down, and the report made again."""
    happenings.note_by_user(
        ctx, tx, kind, user=user, company_id=held.company_id, entity_id=held.entity_id, detail=detail
    )
    reporting.start_again(ctx, tx, made)
