"""Deleting a company: marked in one transaction, carried out by a job, a batch of rows at a time.

From the mark on nothing of it is found and every link answers that it was withdrawn. The job ends its connections,
revokes its grants at their software, and removes every row that hangs on it; the tokens, and the links that answer,
last until the software was told. Where it stands is in the rows that are left, so it goes on after a kill at any point.
Consent records stay, and of the events those that say what was done (`services.forgetting` ends both).
"""

from dataclasses import dataclass
from datetime import timedelta

from linkflow.domain.entities import fold_name
from linkflow.domain.errors import Refused
from linkflow.domain.ports import Job, Transaction
from linkflow.domain.requests import ConnectionState
from linkflow.services import granting
from linkflow.services.context import Context
from linkflow.services.ending import end_connection
from linkflow.services.happenings import note_by_user, notice
from linkflow.services.job_steps import DONE, MORE, JobStep, wait
from linkflow.services.sight import seen_company
from linkflow.store import companies, connections, deletions, grants, requests
from linkflow.store.companies import Company
from linkflow.store.connections import Connection
from linkflow.store.deletions import Deletion
from linkflow.store.holdings import Holdings, holdings_of
from linkflow.store.turns import take_turn
from linkflow.store.users import User

_AT_ONCE = 100
"""Requests and grants that one transaction ends; each takes some rows with it."""
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=5)


@dataclass(frozen=True)
class Leaving:
    """What somebody is shown who is about to delete a company."""

    company: Company
    holdings: Holdings
    records_kept_months: int


def what_goes(ctx: Context, user: User, company_id: str) -> Leaving:
    """A company in the user's sight and what would go with it."""
    with ctx.database.reading() as tx:
        company = seen_company(ctx, tx, user, company_id)
        held = holdings_of(tx, company.id)
    return Leaving(company, held, ctx.organizations()[user.organization].feel.consent_retention_months)


def delete(ctx: Context, user: User, company_id: str, *, typed_name: str) -> str:
    """Let a company go, once, if its name was typed; answers the name. Raises `Refused`."""
    with ctx.database.transaction() as tx:
        take_turn(tx, company_id)
        company = seen_company(ctx, tx, user, company_id)
        if not typed_name.strip() or fold_name(typed_name) != fold_name(company.name):
            raise Refused("typed_name", "differs" if typed_name.strip() else "empty")
        if companies.begin_deleting(tx, company.id, at=ctx.now()):
            requests.withdraw_all(tx, company.id, at=ctx.now(), limit=_AT_ONCE)
            deletions.add_deletion(
                tx, Deletion(company_id=company.id, organization=company.organization, asked_at=ctx.now())
            )
            note_by_user(ctx, tx, "company-deleted", company_id=company.id, user=user)
            tx.enqueue(Job.DELETE_COMPANY, company.id)
    return company.name


def delete_next(ctx: Context, company_id: str) -> JobStep:
    """One transaction's worth of what is left to do; harmless for a company that is gone."""
    with ctx.database.reading() as tx:
        deletion = deletions.deletion(tx, company_id)
        if deletion is None or deletion.done_at is not None:
            return DONE
    with ctx.database.transaction() as tx:
        take_turn(tx, company_id)
        if _stop(ctx, tx, company_id) or deletions.erase_some(tx, company_id, keep=deletions.WHILE_REVOKING):
            return MORE
    with ctx.database.reading() as tx:
        if grants.has_tokens(tx, company_id, now=ctx.now()):
            # As long again as it has lasted so far; the software gets a day.
            return wait(min(max(ctx.now() - deletion.asked_at, _SHORTEST_PAUSE), _LONGEST_PAUSE))
    with ctx.database.transaction() as tx:
        take_turn(tx, company_id)
        if deletions.erase_some(tx, company_id) or deletions.erase_events(tx, company_id):
            return MORE
        if deletions.finish(tx, company_id, at=ctx.now()):
            notice(ctx, tx, "company-erased", organization=deletion.organization, company_id=company_id)
    return DONE


def _stop(ctx: Context, tx: Transaction, company_id: str) -> bool:
    """Requests beyond the first ones, then a connection, then grants; answers whether there was any."""
    if requests.withdraw_all(tx, company_id, at=ctx.now(), limit=_AT_ONCE):
        return True
    for held in connections.open_connections(tx, company_id, limit=1):
        _end(ctx, tx, held)
        return True
    return granting.release_grants(ctx, tx, company_id, limit=_AT_ONCE) > 0


def _end(ctx: Context, tx: Transaction, held: Connection) -> None:
    if held.state == ConnectionState.PENDING:
        old, new = ConnectionState.PENDING, ConnectionState.DISCONNECTED
        connections.move(tx, held.id, old=old, new=new, ended_at=ctx.now())
    else:
        end_connection(ctx, tx, held, tell=False)
