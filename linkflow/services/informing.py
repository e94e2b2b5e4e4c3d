"""What happened, told to the company's contact: connected, disconnected, passed on, to be done once more.

These go to the address on file whoever acted, so that nobody connects or ends anything behind the contact's back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from linkflow.domain.addresses import mask_address
from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Transaction
from linkflow.mail import (
    ConnectedMail,
    CorrectionMail,
    DisconnectedMail,
    HandedOverMail,
    MailContext,
    MailKind,
    ReconnectMail,
    RenderedMail,
    render,
)
from linkflow.services import mailing
from linkflow.services.context import Context
from linkflow.store import companies, connections, consents, grants, retention
from linkflow.store.connections import Connection
from linkflow.store.requests import Link
from linkflow.store.uploads import StoredFile
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
        receipt_language=consent.language,
    )
    return _queue(ctx, tx, MailKind.CONNECTED, link, context)


def queue_disconnected_mail(ctx: Context, tx: Transaction, *, connection_id: str, by_organization: bool = False) -> str:
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
        by_organization=by_organization,
        reason=connection.end_reason or None,
        stays_listed=_stays_listed(ctx, tx, connection),
    )
    return _queue(ctx, tx, MailKind.DISCONNECTED, link, context)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Why the customer is to sign in again: `lost`: it ended at the software; `asked`: a user asks.

    `kept` and `approved`: what a user says to `chosen_name`. `ends` and `access`: something ends `by` a day; `scope`:
    the sign-in allows too little. `reminder`: it was said before.
    """

    why: Literal["lost", "asked", "kept", "approved", "ends", "access", "scope"]
    chosen_name: str | None = None
    by: datetime | None = None
    reminder: bool = False


def queue_reconnect_mail(
    ctx: Context,
    tx: Transaction,
    affected: Sequence[Connection],
    *,
    request_id: str,
    wish: Wish,
    message_id: str | None = None,
) -> str:
    """That connections of one sign-in need a fresh one, with the link that leads there: to its recipient."""
    link, context = _reconnect_mail(ctx, tx, affected, request_id, wish)
    kind, to = MailKind.NEEDS_RECONNECTING, link.recipient_email
    return mailing.queue_mail(ctx, tx, kind, link, context, recipient=to, message_id=message_id)


def preview_reconnect_mail(
    ctx: Context, tx: Transaction, affected: Sequence[Connection], *, request_id: str, wish: Wish
) -> tuple[str, RenderedMail]:
    """To whom it would go, and the mail, its link as good as the asking makes it."""
    link, context = _reconnect_mail(ctx, tx, affected, request_id, wish)
    organization = ctx.organizations()[link.organization]
    context = replace(context, expires_at=max(context.expires_at, ctx.now() + organization.feel.link_lifetime))
    language = organization.language(link.language)
    return link.recipient_email, render(MailKind.NEEDS_RECONNECTING, organization, language=language, context=context)


def _reconnect_mail(
    ctx: Context, tx: Transaction, affected: Sequence[Connection], request_id: str, wish: Wish
) -> tuple[LinkVisit, ReconnectMail]:
    link = own_link(tx, request_id)
    if link is None or not affected:
        raise NotFound(request=request_id)
    names = {entity.id: entity.name for entity in companies.entities_of_company(tx, link.company_id)}
    return link, ReconnectMail(
        **mailing.opening(ctx, tx, link, to=link.recipient_name, entity_id=None),
        phrase=link.phrase,
        expires_at=min(link.link_expires_at, link.request_ends_at),
        software_name=ctx.software_name(affected[0].software),
        tenant_names=tuple(one.tenant_name or link.company_name for one in affected),
        entity_names=tuple(names.get(one.entity_id) or link.company_name for one in affected),
        why=wish.why,
        chosen_name=wish.chosen_name,
        by=wish.by,
        reminder=wish.reminder,
    )


def queue_correction_mail(ctx: Context, tx: Transaction, *, file: StoredFile) -> str:
    """That a file needs correcting, and why, with the link that leads to sending another: to its recipient."""
    link = own_link(tx, file.request_id)
    if link is None:
        raise NotFound(request=file.request_id)
    context = CorrectionMail(
        **mailing.opening(ctx, tx, link, to=link.recipient_name, entity_id=file.entity_id),
        phrase=link.phrase,
        expires_at=min(link.link_expires_at, link.request_ends_at),
        filename=file.filename,
        received_at=file.created_at,
        reason=file.reason,
    )
    return mailing.queue_mail(ctx, tx, MailKind.CORRECTION, link, context, recipient=link.recipient_email)


def queue_handed_over_mail(
    ctx: Context, tx: Transaction, *, link: LinkVisit, narrow: Link, came_back: bool = False
) -> str:
    """That a colleague was given a link of their own, or that its mail came back: to the company's contact."""
    context = HandedOverMail(
        **_opening(ctx, tx, link, narrow.entity_id),
        colleague=mask_address(narrow.recipient_email),
        handed_over_at=narrow.created_at,
        expires_at=narrow.expires_at,
    )
    return _queue(ctx, tx, MailKind.NOT_HANDED_OVER if came_back else MailKind.HANDED_OVER, link, context)


def _opening(ctx: Context, tx: Transaction, link: LinkVisit, entity_id: str | None) -> dict[str, Any]:
    return mailing.opening(ctx, tx, link, to=mailing.contact_name(tx, link), entity_id=entity_id)


def _books(ctx: Context, link: LinkVisit, connection: Connection) -> dict[str, Any]:
    return {
        "software_name": ctx.software_name(connection.software),
        "tenant_name": connection.tenant_name or link.company_name,
    }


def _stays_listed(ctx: Context, tx: Transaction, ended: Connection) -> bool:
    """Whether the software cannot be told that its sign-in serves nobody any more."""
    software = ctx.catalogue.get(ended.software)
    needed = ended.grant_id is not None and grants.is_needed(tx, ended.grant_id)
    return software is not None and not software.can_be_told and not needed


def _queue(ctx: Context, tx: Transaction, kind: MailKind, link: LinkVisit, context: MailContext) -> str:
    return mailing.queue_mail(ctx, tx, kind, link, context, recipient=link.contact_email, carries_link=False)
