"""Asking many customers at once to sign in again: chosen, looked at as the first one's mail, asked by a job, followed.

A batch is made once however often the button is pressed, and each connection of it is asked once however often the work
is done. Connections to one software behind one request share a mail. What changed meanwhile counts: who is connected
anew, was asked a day ago at most, or is out of the user's sight by then, is passed over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from linkflow.domain.errors import CompanyGoing, Conflict, NotFound, Refused
from linkflow.domain.links import id_from
from linkflow.domain.ports import Job, Transaction
from linkflow.services import drafting, happenings, importing, informing
from linkflow.services.context import Context
from linkflow.services.drafting import Preview
from linkflow.services.foreseeing import foreseen
from linkflow.services.job_steps import DONE, FAILED, MORE, JobStep
from linkflow.services.outages import request_behind
from linkflow.services.reconnecting import Affected, ask, need_now, wish_of
from linkflow.services.sight import seen_by, seen_company
from linkflow.services.statuses import refresh_statuses
from linkflow.store import asking_lists, askings, connections, portal, users
from linkflow.store.asking_lists import ListedAsking
from linkflow.store.askings import Asking, AskingBatch, BatchState
from linkflow.store.forecast import Foreseen
from linkflow.store.turns import take_turn
from linkflow.store.users import User

MOST = 200
"""Connections of a batch."""
LATELY = timedelta(days=1)
"""Nobody is asked twice within it by a batch."""
_COMPANIES_AT_ONCE = 20


@dataclass(frozen=True)
class Chosen:
    """What a user has chosen: those that will be asked, and those passed over because they were lately."""

    asked: tuple[Foreseen, ...]
    lately: tuple[Foreseen, ...]

    @property
    def together(self) -> tuple[str, ...]:
        """The connections of the first one's company, which share its mail as far as one can."""
        return tuple(one.connection_id for one in self.asked if one.company_id == self.asked[0].company_id)


def chosen(ctx: Context, user: User, ids: Sequence[str]) -> Chosen:
    """The connections named, as far as they need a person and are in sight; raises `Refused` without any to ask."""
    wanted = tuple(dict.fromkeys(ids))
    if len(wanted) > MOST:
        raise Refused("connection", "too-many", most=str(MOST))
    with ctx.database.reading() as tx:
        found = foreseen(ctx, tx, user, wanted) if wanted else ()
    since = ctx.now() - LATELY
    lately = tuple(one for one in found if one.asked_at is not None and one.asked_at > since)
    left = tuple(one for one in found if one not in lately)
    if not left:
        raise Refused("connection", "lately" if lately else "nothing")
    return Chosen(left, lately)


def preview_first(ctx: Context, found: Chosen) -> Preview:
    """The exact mail the first of them will get."""
    with ctx.database.reading() as tx:
        request_id, affected = next(_mails(tx, [_affected(ctx, tx, one) for one in found.together]))
        connected, wish = [one.connection for one in affected], wish_of(ctx, affected)
        to, mail = informing.preview_reconnect_mail(ctx, tx, connected, request_id=request_id, wish=wish)
    return Preview(to, drafting.inert(ctx, mail), "")


def begin(ctx: Context, user: User, ids: Sequence[str], *, draft: str) -> str:
    """Make the batch and start asking; answers its id, also where this draft of it was begun. Raises as `chosen`."""
    batch_id = id_from("asking batch", user.id, draft)
    with ctx.database.reading() as tx:
        if askings.batch(tx, batch_id) is not None:
            return batch_id
    found = chosen(ctx, user, ids).asked
    batch = AskingBatch(
        id=batch_id, organization=user.organization, user_id=user.id, total=len(found), created_at=ctx.now()
    )
    rows = [_asking(ctx, batch, one, position) for position, one in enumerate(found)]
    try:
        with ctx.database.transaction() as tx:
            take_turn(tx, *(one.company_id for one in rows))
            askings.add_batch(tx, batch, rows)
            tx.enqueue(Job.ASK_AGAIN, batch_id)
    except Conflict:
        with ctx.database.reading() as tx:
            if askings.batch(tx, batch_id) is None:
                raise
    return batch_id


def ask_next(ctx: Context, batch_id: str) -> JobStep:
    """Ask some of a batch, each company in a transaction of its own; harmless for one that is asked."""
    with ctx.database.reading() as tx:
        batch = askings.batch(tx, batch_id)
        user = users.user(tx, batch.user_id) if batch else None
        companies = askings.next_companies(tx, batch_id, limit=_COMPANIES_AT_ONCE)
    if batch is None or batch.state != BatchState.ASKING:
        return DONE
    if user is None or user.organization not in ctx.organizations():
        return FAILED
    for company_id in companies:
        with ctx.database.transaction() as tx:
            take_turn(tx, company_id)
            _ask_company(ctx, tx, user, batch_id, company_id)
    if companies:
        return MORE
    with ctx.database.transaction() as tx:
        askings.finish_batch(tx, batch_id)
    return DONE


def followed(ctx: Context, user: User, batch_id: str) -> tuple[AskingBatch, tuple[ListedAsking, ...], str]:
    """A batch, what of it is in the user's sight, and who began it; `NotFound` where that is nothing of theirs."""
    with ctx.database.reading() as tx:
        batch = askings.batch(tx, batch_id)
        rows = asking_lists.askings_of_batch(tx, batch_id, seen_by=seen_by(ctx, user))
        names = portal.user_names(tx, user.organization, [batch.user_id]) if batch else {}
    if batch is None or batch.organization != user.organization or not (rows or batch.user_id == user.id):
        raise NotFound
    return batch, rows, names.get(batch.user_id, "")


def stop(ctx: Context, user: User, batch_id: str) -> int:
    """Ask for none of a batch any more, and remind nobody; answers how many were still open. What was mailed stays.

    Who sees only what is assigned to them stops that alone. Raises as `followed` does.
    """
    followed(ctx, user, batch_id)
    with ctx.database.reading() as tx:
        left = askings.left_of_batch(tx, batch_id)
    stopped = 0
    for company_id, rows in groupby(sorted(left, key=lambda one: one.company_id), key=lambda one: one.company_id):
        with ctx.database.transaction() as tx:
            take_turn(tx, company_id)
            try:
                seen_company(ctx, tx, user, company_id)
            except (NotFound, CompanyGoing):
                continue
            for one in rows:
                askings.stop(tx, one.connection_id, at=ctx.now())
                connections.forget_renewal(tx, one.connection_id)
                stopped += 1
            happenings.note_by_user(ctx, tx, "asking-stopped", user=user, company_id=company_id)
            refresh_statuses(ctx, tx, company_id)
    return stopped


def _asking(ctx: Context, batch: AskingBatch, one: Foreseen, position: int) -> Asking:
    return Asking(
        id=ctx.new_id(),
        organization=batch.organization,
        batch_id=batch.id,
        company_id=one.company_id,
        connection_id=one.connection_id,
        position=position,
        why=one.why,
        due_at=one.due_at,
    )


def _ask_company(ctx: Context, tx: Transaction, user: User, batch_id: str, company_id: str) -> None:
    """Every connection of one company, each asked or passed over."""
    rows = askings.untouched(tx, batch_id, company_id)
    by_connection = {row.connection_id: row for row in rows}
    refusal = _refusal(ctx, tx, user, company_id)
    affected = []
    for row in rows:
        one = None if refusal else _affected(ctx, tx, row.connection_id)
        reason = refusal or _passed_over(ctx, one)
        if reason:
            askings.skip(tx, row.id, reason)
        elif one is not None:
            affected.append(one)
    for request_id, some in _mails(tx, affected):
        ids = [by_connection[one.connection.id].id for one in some]
        ask(ctx, tx, user, some, request_id=request_id, message_id=id_from("asking", *ids))
        askings.note_asked(tx, ids, request_id=request_id, at=ctx.now())
    if affected:
        refresh_statuses(ctx, tx, company_id)


def _refusal(ctx: Context, tx: Transaction, user: User, company_id: str) -> str | None:
    if not importing.may_go_on(user):
        return "not-allowed"
    try:
        seen_company(ctx, tx, user, company_id)
    except (NotFound, CompanyGoing):
        return "out-of-sight"
    return None


def _passed_over(ctx: Context, one: Affected | None) -> str | None:
    if one is None or one.need is None:
        return "not-needed"
    asked_at = one.connection.reconnect_asked_at
    return "lately" if asked_at is not None and asked_at > ctx.now() - LATELY else None


def _affected(ctx: Context, tx: Transaction, connection_id: str) -> Affected | None:
    held = connections.connection(tx, connection_id)
    return None if held is None else Affected(held, need_now(ctx, tx, held))


def _mails(tx: Transaction, affected: Sequence[Affected | None]) -> Iterator[tuple[str, tuple[Affected, ...]]]:
    """What goes into one mail each: one software, one request."""
    there = [one for one in affected if one is not None]
    found: dict[tuple[str, str], tuple[Affected, ...]] = {}
    for one in there:
        key = request_behind(tx, one.connection), one.connection.software
        found[key] = (*found.get(key, ()), one)
    yield from ((request_id, some) for (request_id, _), some in found.items())
