"""What happened, told to the company's contact: connected, disconnected, passed on to a colleague.

These go to the address on file whoever acted, so that nobody connects or ends anything behind the contact's back.
"""

from typing import Any

from linkflow.domain.addresses import mask_address
from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.mail import ConnectedMail, DisconnectedMail, HandedOverMail, MailContext, MailKind
from linkflow.services import mailing
from linkflow.services.context import Context
from linkflow.store import connections, consents, retention
from linkflow.store.connections import Connection
from linkflow.store.requests import Link
from linkflow.store.visits import LinkVisit, own_link


def queue_connected_mail(ctx: Context, tx: Transaction, *, connection_id: str) -> str:
    """What was connected, through whose link, with the receipt: to the company's contact, whoever did it."""
    connection = connections.connection(tx, connection_id)
    consent = consents.consent(tx, connection.consent_id) if connection else None
    link = own_link(tx, consent.request_id) if consent else None
    if connection is None or consent is None or link is None:
        raise NotFound(connection=connection_id)
    context = ConnectedMail(
        **_opening(ctx, tx, link, connection.entity_id),
        **_books(ctx, link, connection),
        through_link_of=mask_address(consent.recipient),
        connected_at=connection.linked_at or ctx.now(),
        receipt=consent.text,
    )
    return _queue(ctx, tx, MailKind.CONNECTED, link, context)


def queue_disconnected_mail(ctx: Context, tx: Transaction, *, connection_id: str) -> str:
    """What was disconnected, and that nothing more is read: to the company's contact, whoever did it."""
    connection = connections.connection(tx, connection_id)
    link = own_link(tx, connection.request_id) if connection else None
    if connection is None or link is None:
        raise NotFound(connection=connection_id)
    configured = ctx.organizations()[link.organization].feel.retention_months
    context = DisconnectedMail(
        **_opening(ctx, tx, link, connection.entity_id),
        **_books(ctx, link, connection),
        disconnected_at=connection.ended_at or ctx.now(),
        retention_months=retention.months_kept(tx, connection.id, configured=configured),
    )
    return _queue(ctx, tx, MailKind.DISCONNECTED, link, context)


def queue_handed_over_mail(ctx: Context, tx: Transaction, *, link: LinkVisit, narrow: Link) -> str:
    """That a colleague was given a link of their own: to the company's contact."""
    context = HandedOverMail(
        **_opening(ctx, tx, link, narrow.entity_id),
        colleague=mask_address(narrow.recipient_email),
        handed_over_at=narrow.created_at,
        expires_at=narrow.expires_at,
    )
    return _queue(ctx, tx, MailKind.HANDED_OVER, link, context)


def _opening(ctx: Context, tx: Transaction, link: LinkVisit, entity_id: str | None) -> dict[str, Any]:
    return mailing.opening(ctx, tx, link, to=mailing.contact_name(tx, link), entity_id=entity_id)


def _books(ctx: Context, link: LinkVisit, connection: Connection) -> dict[str, Any]:
    software = ctx.catalogue.get(connection.software)
    return {
        "software_name": software.name if software else connection.software,
        "tenant_name": connection.tenant_name or link.company_name,
    }


def _queue(ctx: Context, tx: Transaction, kind: MailKind, link: LinkVisit, context: MailContext) -> str:
    return mailing.queue_mail(ctx, tx, kind, link, context, recipient=link.contact_email, carries_link=False)
