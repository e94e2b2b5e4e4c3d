"""Mails in the making: rendered once, stored whole, enqueued in the transaction that caused them.

The stored mail has placeholders where the link or the code will stand, so preview and sent mail are the same text and
no row opens anything. Every mail goes to an address on file; nobody types one here.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from email.utils import parseaddr
from typing import Any

from linkflow.domain.errors import NotFound
from linkflow.domain.links import brand_path
from linkflow.domain.ports import Job, Transaction
from linkflow.domain.requests import DataTypes
from linkflow.mail import (
    CodeMail,
    CustomerMail,
    LinkMail,
    MailContext,
    MailKind,
    NoticeMail,
    RenderedMail,
    render,
)
from linkflow.organization_model import Organization
from linkflow.services import wording
from linkflow.services.context import Context
from linkflow.store import companies, messages, requests
from linkflow.store.messages import Message
from linkflow.store.visits import LinkVisit, link_by_id


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a request's mail says, before there is a request: for the preview."""

    contact_name: str
    company_name: str
    request_name: str
    data_types: DataTypes
    rm_name: str
    rm_email: str
    phrase: str
    expires_at: datetime
    due_on: date | None = None
    note: str = ""


def preview_request(
    ctx: Context, organization: Organization, draft: Draft, *, language: str | None = None
) -> RenderedMail:
    """The exact mail a request would send, its link a placeholder."""
    language = organization.language(language)
    context = replace(
        _drafted(draft), purpose=wording.purpose(organization, language), logo_url=logo_url(ctx, organization.slug)
    )
    return render(MailKind.REQUEST, organization, language=language, context=context)


def queue_link_mail(
    ctx: Context,
    tx: Transaction,
    kind: str,
    *,
    link_id: str,
    handed_over_by: str | None = None,
    message_id: str | None = None,
) -> str:
    """A `request`, `reminder`, `fresh_link` or `hand_over` to the link's own recipient; answers the mail's id.

    With a `message_id` of the caller's the mail is made once however often this is called.
    """
    link = _link(tx, link_id)
    context = _about_link(ctx, tx, link, handed_over_by)
    return queue_mail(ctx, tx, kind, link, context, recipient=link.recipient_email, message_id=message_id)


def queue_code_mail(ctx: Context, tx: Transaction, *, link_id: str, code_id: str, minutes: int = 10) -> str:
    """Six digits to the link's own recipient; they are filled in when the mail leaves."""
    link = _link(tx, link_id)
    context = CodeMail(**opening(ctx, tx, link, to=link.recipient_name, entity_id=None), minutes=minutes)
    return queue_mail(ctx, tx, MailKind.CODE, link, context, recipient=link.recipient_email, code_id=code_id)


def queue_access_code_mail(ctx: Context, tx: Transaction, *, link_id: str, code_id: str, minutes: int = 10) -> str:
    """Six digits to the company's contact, whoever holds the link that asks."""
    link = _link(tx, link_id)
    shared = opening(ctx, tx, link, to=contact_name(tx, link), entity_id=None)
    context = CodeMail(**shared, minutes=minutes, for_access=True)
    return queue_mail(ctx, tx, MailKind.CODE, link, context, recipient=link.contact_email, code_id=code_id)


def queue_mail(
    ctx: Context,
    tx: Transaction,
    kind: str,
    link: LinkVisit,
    context: MailContext,
    *,
    recipient: str,
    code_id: str | None = None,
    message_id: str | None = None,
    carries_link: bool = True,
) -> str:
    """Render a mail about a link's request, store it and enqueue it; answers its id.

    It is in the request's language; a user's in the organization's first.
    `carries_link`: the link's own address is filled in when it leaves, and it is dropped once the link is taken back.
    """
    organization = ctx.organizations()[link.organization]
    language = organization.language("" if isinstance(context, NoticeMail) else link.language)
    rendered = render(kind, organization, language=language, context=context)
    _, rm_email = relationship_manager(ctx, link)
    message = Message(
        id=message_id or ctx.new_id(),
        organization=link.organization,
        request_id=link.request_id,
        link_id=link.link_id if carries_link else None,
        code_id=code_id,
        kind=str(kind),
        recipient=recipient,
        sender_name=organization.name,
        reply_to=rm_email,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        created_at=ctx.now(),
    )
    if messages.add_message(tx, message):
        tx.enqueue(Job.SEND_MESSAGE, message.id)
    return message.id


def _about_link(ctx: Context, tx: Transaction, link: LinkVisit, handed_over_by: str | None) -> LinkMail:
    request = requests.request_by_id(tx, link.request_id)
    organization = ctx.organizations()[link.organization]
    return LinkMail(
        **opening(ctx, tx, link, to=link.recipient_name, entity_id=link.only_entity_id),
        data_types=link.data_types,
        phrase=link.phrase,
        expires_at=min(link.link_expires_at, link.request_ends_at),
        due_on=link.due_on,
        note=(request.note if request else "") or None,
        handed_over_by=handed_over_by,
        purpose=wording.purpose(organization, organization.language(link.language)),
    )


def opening(ctx: Context, tx: Transaction, link: LinkVisit, *, to: str, entity_id: str | None) -> dict[str, Any]:
    """The fields every mail to a customer begins with (`CustomerMail`), for the context of one."""
    rm_name, rm_email = relationship_manager(ctx, link)
    shared = CustomerMail(
        contact_name=to,
        company_name=link.company_name,
        request_name=link.request_name,
        rm_name=rm_name,
        rm_email=rm_email,
        entity_name=entity_name(tx, link.company_id, entity_id),
        logo_url=logo_url(ctx, link.organization),
    )
    return asdict(shared)


def _drafted(draft: Draft) -> LinkMail:
    return LinkMail(
        contact_name=draft.contact_name,
        company_name=draft.company_name,
        request_name=draft.request_name,
        data_types=draft.data_types,
        rm_name=draft.rm_name,
        rm_email=draft.rm_email,
        phrase=draft.phrase,
        expires_at=draft.expires_at,
        due_on=draft.due_on,
        note=draft.note or None,
    )


def _link(tx: Transaction, link_id: str) -> LinkVisit:
    link = link_by_id(tx, link_id)
    if link is None:
        raise NotFound(link=link_id)
    return link


def relationship_manager(ctx: Context, link: LinkVisit) -> tuple[str, str]:
    """Who asks: the user who made the request, else the organization's help contact."""
    if link.rm_name and link.rm_email:
        return link.rm_name, link.rm_email
    organization = ctx.organizations()[link.organization]
    return (
        organization.help.name or organization.name,
        organization.help.email or parseaddr(ctx.settings.mail_from)[1],
    )


def logo_url(ctx: Context, organization: str) -> str | None:
    """Where a mail finds the organization's logo."""
    logo = ctx.organizations()[organization].look.logo
    return ctx.address(brand_path(organization, logo.file_name)) if logo else None


def contact_name(tx: Transaction, link: LinkVisit) -> str:
    company = companies.company(tx, link.organization, link.company_id)
    return company.contact_name if company else link.recipient_name


def entity_name(tx: Transaction, company_id: str, entity_id: str | None) -> str | None:
    """The name of a legal entity; None for the company itself."""
    named = {entity.id: entity.name for entity in companies.entities_of_company(tx, company_id)} if entity_id else {}
    return named.get(entity_id or "")
