"""Pulling books: one page a step, fetched with no transaction open, then stored in one with where the pull stands.

So a pull goes on at the page it had reached, after a kill and on any worker. Only what the accepted consent names is
asked for. Trouble that may pass is waited out; what cannot get better ends the pull with a word a person is shown.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from linkflow import providers
from linkflow.domain.books import Period, Record, SetAside, last_full_months
from linkflow.domain.errors import DatabaseBusy, LinkflowError, NeedsReauth, NotFound, SoftwareUnavailable, TenantGone
from linkflow.domain.ports import Asked, Job, Page, Provider, Transaction
from linkflow.domain.requests import ConnectionState, DataTypes, SyncState, data_types_of
from linkflow.domain.software import UPLOAD
from linkflow.outbound.errors import OutboundError, OverLimit, StatusError, TooBusy
from linkflow.outbound.oauth2 import TokenError
from linkflow.providers import relisted
from linkflow.services import (
    granting,
    loops,
    outages,
    storing_files,
    sync_endings,
    sync_turns,
    sync_waits,
    what_changed,
)
from linkflow.services.calendar import day_at
from linkflow.services.context import Context
from linkflow.services.job_steps import DONE, FAILED, MORE, JobStep, wait
from linkflow.services.loops import Verdict
from linkflow.services.reading_ahead import Ahead, Which
from linkflow.services.unseen import settle_unseen
from linkflow.store import books, connections, consents, grants, syncs
from linkflow.store.connections import Connection
from linkflow.store.syncs import Sync, SyncPart
from linkflow.store.turns import take_turn

_log = logging.getLogger(__name__)

MONTHS = 24
"""Full months of statements; the month to date comes on top."""
TOO_MANY = 429
_BUSY = timedelta(seconds=5)


class PullStopped(LinkflowError):
    """The pull cannot get better by trying again; `code` is the reason a person is shown."""


@dataclass(frozen=True)
class _Due:
    """The next page of a running pull."""

    sync: Sync
    part: SyncPart
    connection: Connection

    @property
    def which(self) -> Which:
        """What tells it from every other page."""
        return self.sync.id, self.part.position, self.part.pages, self.part.cursor

    def then(self, cursor: str) -> "_Due":
        """The page after it."""
        return replace(self, part=replace(self.part, cursor=cursor, pages=self.part.pages + 1))


def start_sync(ctx: Context, tx: Transaction, *, connection_id: str, consent_id: str | None = None) -> str:
    """Begin a pull of what a consent names (the connection's own unless another is given); answers its id.

    A connection to software linkflow cannot read begins a pull without parts, which is done at once.
    """
    connection = connections.connection(tx, connection_id)
    consent = consents.consent(tx, consent_id or connection.consent_id) if connection else None
    if connection is None or consent is None:
        raise NotFound(connection=connection_id)
    today = day_at(ctx, connection.organization, ctx.now())
    full = last_full_months(today, MONTHS)
    sync = Sync(
        id=ctx.new_id(),
        organization=connection.organization,
        company_id=connection.company_id,
        connection_id=connection.id,
        consent_id=consent.id,
        data_types=consent.data_types,
        created_at=ctx.now(),
        first_month=full.first_month,
        last_month=today.replace(day=1),
    )
    provider = _provider(ctx, connection.software)
    since = what_changed.since_when(ctx, tx, sync, provider.INCREMENTAL | relisted(provider)) if provider else {}
    syncs.add_sync(tx, sync, _parts(ctx, connection, data_types_of(sync.data_types)), since=since)
    tx.enqueue(Job.PULL_BOOKS, sync.id)
    return sync.id


def pull_next(ctx: Context, sync_id: str, *, ahead: Ahead | None = None) -> JobStep:
    """Fetch and store one page, or end the pull. Raises nothing of the software's making, only `DatabaseBusy`.

    `ahead`: the next page may be fetched meanwhile.
    """
    try:
        due = _due(ctx, sync_id)
        if isinstance(due, JobStep):
            if ahead is not None:
                ahead.forget(sync_id)
            return due
        return _go_on(ctx, due, ahead)
    except (PullStopped, storing_files.Unstorable) as stopped:
        return _end(ctx, sync_id, SyncState.FAILED, stopped.code)
    except TenantGone as gone:
        return _lose(ctx, sync_id, why=gone.code)
    except NeedsReauth:
        return _end(ctx, sync_id, SyncState.FAILED, sync_endings.NEEDS_REAUTH)
    except (TokenError, OutboundError) as error:
        return _after_trouble(ctx, sync_id, error)
    except SoftwareUnavailable:
        return _put_off(ctx, sync_id, "unavailable", None)
    except DatabaseBusy:
        raise
    except Exception as error:  # noqa: BLE001 - an adapter's mistake must not leave a pull neither running nor ended
        _log.error("pull %s: %s", sync_id, type(error).__name__)
        return _put_off(ctx, sync_id, "fault", None)


def _go_on(ctx: Context, due: _Due, ahead: Ahead | None) -> JobStep:
    if due.connection.software == UPLOAD:
        return storing_files.store_books(ctx, due.sync, due.connection)
    page = (ahead and ahead.take(due.which)) or _fetch(ctx, due)
    with ctx.database.reading() as tx:
        verdict = loops.judge(tx, due.sync, due.part, page)
    if verdict is Verdict.CIRCLE:
        raise PullStopped(loops.REASON)
    if verdict is Verdict.AGAIN:
        return _put_off(ctx, due.sync.id, loops.REASON, None)
    if ahead is not None and page.next_cursor is not None and page.pause is None:
        then = due.then(page.next_cursor)
        ahead.begin(then.which, partial(_fetch, ctx, then))
    return _store(ctx, due, page, overlaps=verdict is Verdict.OVERLAP)


def _due(ctx: Context, sync_id: str) -> _Due | JobStep:
    """What to fetch next; an answer instead when the pull is over, must wait, may not go on, or is complete."""
    with ctx.database.reading() as tx:
        sync = syncs.sync(tx, sync_id)
        if sync is None or sync.is_over:
            return DONE
        if sync.wait_until is not None and sync.wait_until > ctx.now():
            return wait(sync.wait_until - ctx.now())
        connection = connections.connection(tx, sync.connection_id)
        refusal = _refusal(ctx, tx, sync, connection)
        part = next((part for part in syncs.parts_of(tx, sync_id) if not part.done), None)
    if refusal is not None or connection is None:
        return _end(ctx, sync_id, SyncState.CANCELLED, refusal)
    if part is None:
        provider = _provider(ctx, connection.software)
        left = settle_unseen(ctx, sync, relisted=relisted(provider) if provider else ())
        return MORE if left else _end(ctx, sync_id, SyncState.DONE, None)
    waits = sync_turns.begin(ctx, sync, connection) if sync.started_at is None else None
    return waits or _Due(sync, part, connection)


def _refusal(ctx: Context, tx: Transaction, sync: Sync, connection: Connection | None) -> str | None:
    """Why nothing may be asked for now, None when it may; `NeedsReauth` where that was found and told elsewhere."""
    if connection is not None and connection.state == ConnectionState.NEEDS_REAUTH.value:
        raise NeedsReauth
    if connection is None or connection.state != ConnectionState.LINKED.value:
        return "not-connected"
    if connection.access_until is not None and connection.access_until <= ctx.now():
        return "access-ended"
    software = ctx.catalogue.get(connection.software)
    if software is None or not software.adapter:
        return None
    grant = grants.grant(tx, connection.grant_id) if connection.grant_id else None
    if grant is None or not grant.is_active:
        return "not-granted"
    needed = software.oauth.needed_for(data_types_of(sync.data_types)) if software.oauth else frozenset()
    return None if needed <= set(grant.scopes.split()) else "not-granted"


def _fetch(ctx: Context, due: _Due, sending: Callable[[], None] | None = None) -> Page:
    """One page; a token the software no longer takes is refreshed once."""
    provider, grant_id = _provider(ctx, due.connection.software), due.connection.grant_id
    if provider is None or grant_id is None:
        raise PullStopped("not-granted")
    asked = Asked(
        tenant_id=due.connection.tenant_id or "",
        cursor=due.part.cursor,
        period=Period(due.sync.first_month, due.sync.last_month),
        since=due.part.since,
    )
    pull = providers.careful(due.connection.software, provider.pull)
    fetch = partial(pull, part=due.part.name, asked=asked)
    return granting.with_session(ctx, grant_id, fetch, tenant_id=asked.tenant_id, sending=sending)


def _store(ctx: Context, due: _Due, page: Page, *, overlaps: bool) -> JobStep:
    """Every row of the page and the new cursor; a page of thousands of rows takes several transactions before."""
    *before, last = list(books.in_batches(page.records)) or [()]
    aside: list[SetAside] = list(page.set_aside)
    for batch in before:
        with ctx.database.transaction() as tx:
            take_turn(tx, due.sync.company_id)
            if not syncs.is_running(tx, due.sync.id):
                return MORE
            aside += _keep(tx, due, batch)
    with ctx.database.transaction() as tx:
        total = due.part.total if page.total is None else page.total
        take_turn(tx, due.sync.company_id)
        # The update that only one worker can win.
        if not syncs.advance(tx, due.part, next_cursor=page.next_cursor, rows=_different(page), total=total):
            return MORE
        aside += _keep(tx, due, last)
        aside += books.see_again(tx, due.part, page.unchanged, connection_id=due.connection.id)
        syncs.set_aside(tx, due.part, tuple(aside))
        failures, error = (due.sync.failures + 1, loops.REASON) if overlaps else (0, None)
        until = ctx.now() + page.pause if page.pause else None
        syncs.put_off(tx, due.sync.id, until=until, failures=failures, error=error)
    return MORE


def _different(page: Page) -> int:
    return len({(type(record), record.external_id) for record in page.records}) + len(set(page.unchanged))


def _keep(tx: Transaction, due: _Due, records: tuple[Record, ...]) -> tuple[SetAside, ...]:
    try:
        return books.keep(tx, records, connection_id=due.connection.id, sync_id=due.sync.id).set_aside
    except LookupError:
        raise PullStopped("no-base-currency") from None


def _after_trouble(ctx: Context, sync_id: str, error: TokenError | OutboundError) -> JobStep:
    """Nothing was sent, trouble that may pass, or the end of it."""
    if error.code in (OverLimit.code, TooBusy.code):
        return sync_waits.hold(ctx, sync_id, error.retry_after or _BUSY)
    if isinstance(error, TokenError):
        return _put_off(ctx, sync_id, error.code, error.retry_after)
    status = error.status if isinstance(error, StatusError) else None
    reason = f"status-{status}" if status else error.code
    if not error.transient and status != granting.UNAUTHORIZED:
        return _end(ctx, sync_id, SyncState.FAILED, reason)
    untold = sync_waits.UNTOLD if status == TOO_MANY else None
    return _put_off(ctx, sync_id, reason, error.retry_after if error.retry_after is not None else untold)


def _lose(ctx: Context, sync_id: str, *, why: str) -> JobStep:
    with ctx.database.reading() as tx:
        sync = syncs.sync(tx, sync_id)
        connection = connections.connection(tx, sync.connection_id) if sync else None
    if connection is not None:
        outages.lose(ctx, connection, why=why)
    return _end(ctx, sync_id, SyncState.FAILED, sync_endings.NEEDS_REAUTH)


def _put_off(ctx: Context, sync_id: str, reason: str, asked: timedelta | None) -> JobStep:
    return sync_waits.put_off(ctx, sync_id, reason, asked) or _end(ctx, sync_id, SyncState.FAILED, reason)


def _end(ctx: Context, sync_id: str, state: SyncState, reason: str | None) -> JobStep:
    with ctx.database.transaction() as tx:
        sync_endings.end_sync(ctx, tx, sync_id, state=state, reason=reason)
    return FAILED if state is SyncState.FAILED else DONE


def _parts(ctx: Context, connection: Connection, data_types: DataTypes) -> tuple[str, ...]:
    if connection.software == UPLOAD:
        return storing_files.parts(data_types)
    provider = _provider(ctx, connection.software)
    if provider is None:
        return ()
    missing = ctx.catalogue[connection.software].not_available
    return tuple(part for part in provider.parts(data_types) if part not in missing)


def _provider(ctx: Context, software: str) -> Provider | None:
    """The adapter of a product; None for one that can be connected but not read."""
    known = ctx.catalogue.get(software)
    return providers.load(software) if known is not None and known.adapter else None
