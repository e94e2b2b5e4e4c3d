"""What happened, told to the company's contact: connected, disconnected, passed on to a colleague.

These go to the address on file whoever acted, so that nobody connects or ends anything behind the contact's back.
"""

from linkflow.domain.addresses import mask_address
from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.mail import ConnectedMail, DisconnectedMail, HandedOverMail, MailKind
from linkflow.services import mailing
from linkflow.services.context import Context
from linkflow.store import connections, consents
from linkflow.store.requests import Link
from linkflow.store.visits import LinkVisit, own_link


def queue_connected_mail(ctx: Context, tx: Transaction, *, connection_id: str) -> str:
    """What was connected, through whose link, with the receipt: to the company's contact, whoever did it."""
    connection = connections.connection(tx, connection_id)
    consent = consents.consent(tx, connection.consent_id) if connection else None
    link = own_link(tx, consent.request_id) if consent else None
    if connection is None or consent is None or link is None:
        raise NotFound(connection=connection_id)
    rm_name, rm_email = mailing.relationship_manager(ctx, link)
    software = ctx.catalogue.get(connection.software)
    context = ConnectedMail(
        contact_name=mailing.contact_name(tx, link),
        company_name=link.company_name,
        request_name=link.request_name,
        rm_name=rm_name,
        rm_email=rm_email,
        software_name=software.name if software else connection.software,
        tenant_name=connection.tenant_name or link.company_name,
        through_link_of=mask_address(consent.recipient),
        connected_at=connection.linked_at or ctx.now(),
        receipt=consent.text,
        entity_name=mailing.entity_name(tx, link.company_id, connection.entity_id),
        logo_url=mailing.logo_url(ctx, link.organization),
    )
    return mailing.queue_mail(
        ctx, tx, MailKind.CONNECTED, link, context, recipient=link.contact_email, carries_link=False
    )


def queue_disconnected_mail(ctx: Context, tx: Transaction, *, connection_id: str) -> str:
    """What was disconnected, and that nothing more is read: to the company's contact, whoever did it."""
    connection = connections.connection(tx, connection_id)
    link = own_link(tx, connection.request_id) if connection else None
    if connection is None or link is None:
        raise NotFound(connection=connection_id)
    rm_name, rm_email = mailing.relationship_manager(ctx, link)
    software = ctx.catalogue.get(connection.software)
    context = DisconnectedMail(
        contact_name=mailing.contact_name(tx, link),
        company_name=link.company_name,
        request_name=link.request_name,
        rm_name=rm_name,
        rm_email=rm_email,
        software_name=software.name if software else connection.software,
        tenant_name=connection.tenant_name or link.company_name,
        disconnected_at=connection.ended_at or ctx.now(),
        retention_months=ctx.organizations()[link.organization].feel.retention_months,
        entity_name=mailing.entity_name(tx, link.company_id, connection.entity_id),
        logo_url=mailing.logo_url(ctx, link.organization),
    )
    return mailing.queue_mail(
        ctx, tx, MailKind.DISCONNECTED, link, context, recipient=link.contact_email, carries_link=False
    )


def queue_handed_over_mail(ctx: Context, tx: Transaction, *, link: LinkVisit, narrow: Link) -> str:
    """That a colleague was given a link of their own: to the company's contact."""
    rm_name, rm_email = mailing.relationship_manager(ctx, link)
    context = HandedOverMail(
        contact_name=mailing.contact_name(tx, link),
        company_name=link.company_name,
        request_name=link.request_name,
        rm_name=rm_name,
        rm_email=rm_email,
        colleague=mask_address(narrow.recipient_email),
        handed_over_at=narrow.created_at,
        expires_at=narrow.expires_at,
        entity_name=mailing.entity_name(tx, link.company_id, narrow.entity_id),
        logo_url=mailing.logo_url(ctx, link.organization),
    )
    return mailing.queue_mail(
        ctx, tx, MailKind.HANDED_OVER, link, context, recipient=link.contact_email, carries_link=False
    )
