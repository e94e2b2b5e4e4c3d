"""A sign-in has ended at the software, or for one company: its connections wait for a person, and the contact is asked,
once and at once.

One mail for an outage, however many connections it took. Where the organization took the request back nobody is asked.
"""

from collections.abc import Iterable, Sequence

from linkflow.domain.ports import Transaction
from linkflow.services import informing, statuses
from linkflow.services.context import Context
from linkflow.services.happenings import notice
from linkflow.services.informing import Wish
from linkflow.services.reopening import reopen
from linkflow.store import companies, connections, consents, grants
from linkflow.store.connections import Connection
from linkflow.store.grants import Grant, LostConnection
from linkflow.store.turns import take_turn
from linkflow.store.visits import own_link


def bury(ctx: Context, grant: Grant, *, why: str = "") -> None:
    """The grant is spent, unless its tokens changed since it was read: its connections wait for a person."""
    with ctx.database.transaction() as tx:
        take_turn(tx, grant.company_id)
        if not grants.mark_dead(tx, grant, at=ctx.now()):
            return
        if lost_connections := grants.lose_connections(tx, grant.id):
            _tell(ctx, tx, grant.organization, lost_connections, why=why)


def lose(ctx: Context, connection: Connection, *, why: str) -> None:
    """The company of a connection is not behind its sign-in any more, unless there is another one meanwhile."""
    with ctx.database.transaction() as tx:
        take_turn(tx, connection.company_id)
        if grants.lose_connection(tx, connection.id, grant_id=connection.grant_id):
            names = {"company_id": connection.company_id, "request_id": connection.request_id}
            lost = LostConnection(connection_id=connection.id, entity_id=connection.entity_id, **names)
            _tell(ctx, tx, connection.organization, (lost,), why=why)


def _tell(
    ctx: Context, tx: Transaction, organization: str, lost_connections: Sequence[LostConnection], *, why: str
) -> None:
    for lost in lost_connections:
        notice(
            ctx,
            tx,
            "needs-reauth",
            organization=organization,
            company_id=lost.company_id,
            request_id=lost.request_id,
            entity_id=lost.entity_id,
            detail=why,
        )
    _tell_contact(ctx, tx, lost_connections)
    for company_id in {lost.company_id for lost in lost_connections}:
        statuses.refresh_statuses(ctx, tx, company_id)


def _tell_contact(ctx: Context, tx: Transaction, lost: Iterable[LostConnection]) -> None:
    """Mail the contact, for each request that stands behind the lost connections: for nearly all it is one."""
    behind: dict[str, list[Connection]] = {}
    for one in lost:
        connection = connections.connection(tx, one.connection_id)
        if connection is not None:
            behind.setdefault(request_behind(tx, connection), []).append(connection)
    for request_id, affected in behind.items():
        link = own_link(tx, request_id)
        if link is None or link.withdrawn_at is not None or link.organization not in ctx.organizations():
            continue
        company = companies.company(tx, link.organization, link.company_id)
        if company is None or company.deleting_at is not None:
            continue
        reopen(ctx, tx, request_id)
        informing.queue_reconnect_mail(ctx, tx, affected, request_id=request_id, wish=Wish(why="lost"))


def request_behind(tx: Transaction, connection: Connection) -> str:
    """The request whose consent a connection is read under now: its link leads to signing in again."""
    consent = consents.consent(tx, connection.consent_id)
    return consent.request_id if consent else connection.request_id
