"""A sign-in has ended at the software: the contact is asked, once and at once, to sign in again.

One mail for an outage, however many connections it took. Where the organization took the request back nobody is asked.
"""

from collections.abc import Iterable

from linkflow.domain.ports import Transaction
from linkflow.services import informing
from linkflow.services.context import Context
from linkflow.services.reopening import reopen
from linkflow.store import companies, connections, consents
from linkflow.store.connections import Connection
from linkflow.store.grants import LostConnection
from linkflow.store.visits import own_link


def tell_contact(ctx: Context, tx: Transaction, lost: Iterable[LostConnection]) -> None:
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
        informing.queue_reconnect_mail(ctx, tx, affected, request_id=request_id, why="lost")


def request_behind(tx: Transaction, connection: Connection) -> str:
    """The request whose consent a connection is read under now: its link leads to signing in again."""
    consent = consents.consent(tx, connection.consent_id)
    return consent.request_id if consent else connection.request_id
