"""The audit log of an organization: read page by page, or taken away whole, which is itself written down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from linkflow.domain.ports import Transaction
from linkflow.services.calendar import begin_of, end_of
from linkflow.services.context import Context
from linkflow.services.happenings import note_by_user
from linkflow.services.history import History, history_of
from linkflow.store import audit
from linkflow.store.audit import AuditFilter, AuditPage
from linkflow.store.users import User

A_PAGE = 100
_AT_A_TIME = 1_000


@dataclass(frozen=True, kw_only=True)
class AuditView:
    """One page of the log with the names that belong to its events; those of deleted companies are gone."""

    page: AuditPage
    history: History
    companies: Mapping[str, str]


def read_log(ctx: Context, user: User, wanted: AuditFilter) -> AuditView:
    """A page of the log of the user's organization."""
    with ctx.database.reading() as tx:
        return _view(tx, user, wanted, size=A_PAGE)


def days(ctx: Context, user: User, first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the first day's beginning to the end of the last, by the organization's own clock."""
    return begin_of(ctx, user, first) if first else None, end_of(ctx, user, last) if last else None


def take_log(ctx: Context, user: User, wanted: AuditFilter) -> Iterator[AuditView]:
    """Everything that meets the filter up to now, in pieces, youngest first.

    That it was taken is written down first, and part of it. Each piece is read by itself, so that a slow download
    holds no transaction open.
    """
    with ctx.database.transaction() as tx:
        note_by_user(ctx, tx, "audit-log-taken", user=user)
    end = ctx.now() + datetime.resolution
    until = min(wanted.until or end, end)
    return _pieces(ctx, user, replace(wanted, until=until, before=None, after=None))


def _pieces(ctx: Context, user: User, wanted: AuditFilter) -> Iterator[AuditView]:
    place: AuditFilter | None = wanted
    while place is not None:
        with ctx.database.reading() as tx:
            view = _view(tx, user, place, size=_AT_A_TIME)
        yield view
        place = replace(wanted, before=view.page.older) if view.page.older else None


def _view(tx: Transaction, user: User, wanted: AuditFilter, *, size: int) -> AuditView:
    page = audit.list_events(tx, user.organization, wanted, size=size)
    named = {event.company_id for event in page.events if event.company_id}
    return AuditView(
        page=page,
        history=history_of(tx, user.organization, page.events),
        companies=audit.company_names(tx, named),
    )
