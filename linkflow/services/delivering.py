"""One mail on its way out: link and code filled in, handed to the mail server, tried again for four hours.

A mail whose link was taken back or used, or whose code has ended, is dropped, not sent. A mail may leave twice if the
process dies between the server's yes and our note of it: both carry the same Message-ID.
"""

from datetime import timedelta
from email.message import EmailMessage

from linkflow.domain.addresses import Mailbox, mask_address, same_mailbox
from linkflow.domain.links import LinkKind, LinkState, link_path, link_state, stop_reminders_path
from linkflow.domain.ports import Transaction
from linkflow.mail import (
    FileMailbox,
    Mailer,
    MailKind,
    MailRefused,
    RenderedMail,
    SmtpMailer,
    compose,
    fill,
    message_id_for,
    stops_reminders,
    unsubscribe_headers,
)
from linkflow.services import informing, notifying, statuses
from linkflow.services.account_mails import account_link, carries_account_link
from linkflow.services.context import Context
from linkflow.services.happenings import notice
from linkflow.services.job_steps import DONE, FAILED, JobStep, backed_off, wait
from linkflow.settings import Settings
from linkflow.smtp_server import SmtpServer
from linkflow.store import messages, requests, visits
from linkflow.store.messages import CARRY_LINK, Message, MessageState
from linkflow.store.requests import Link
from linkflow.store.turns import take_turn_of
from linkflow.store.visits import LinkVisit

TRYING_LASTS = timedelta(hours=4)
_LONGEST_PAUSE = timedelta(minutes=5)
_SHORTEST_PAUSE = timedelta(seconds=2)
_TO_THE_COMPANY = frozenset(
    {MailKind.REQUEST, MailKind.REMINDER, MailKind.FRESH_LINK, MailKind.CODE, MailKind.HAND_OVER}
    | {MailKind.NEEDS_RECONNECTING, MailKind.CORRECTION}
)


def mailer_of(settings: Settings) -> Mailer:
    """How this installation sends: over SMTP, or into a folder."""
    if settings.smtp_url is not None:
        return SmtpMailer(SmtpServer.from_url(settings.smtp_url))
    return FileMailbox(settings.mailbox_dir or settings.data_dir / "mailbox")


def deliver(ctx: Context, message_id: str, *, mailer: Mailer) -> JobStep:
    """One try to send one mail; harmless for a mail already settled."""
    with ctx.database.reading() as tx:
        message = messages.message(tx, message_id)
        if message is None or message.state != MessageState.QUEUED.value:
            return DONE
        link = visits.link_by_id(tx, message.link_id) if message.link_id else None
        address = _address(ctx, tx, message, link)
        over = _is_over(ctx, tx, message, link, address)
    if over:
        return _settle(ctx, message, MessageState.DROPPED)
    try:
        mailer.send(_composed(ctx, message, address))
    except ValueError:
        return _settle(ctx, message, MessageState.FAILED, error="content")
    except MailRefused as refused:
        return _after_refusal(ctx, message, refused)
    return _settle(ctx, message, MessageState.SENT)


def _address(ctx: Context, tx: Transaction, message: Message, link: LinkVisit | None) -> str | None:
    """The address the mail carries, made anew: none is stored."""
    if carries_account_link(message):
        return account_link(ctx, tx, message)
    return ctx.address(link_path(ctx.signer.sign_link(link.link_id, link.issue))) if link else None


def _is_over(ctx: Context, tx: Transaction, message: Message, link: LinkVisit | None, address: str | None) -> bool:
    """Whether what the mail is for has ended before it could leave."""
    if address is None and (message.link_id or carries_account_link(message)):
        return True
    if message.code_id and not messages.code_is_live(tx, message.code_id, now=ctx.now()):
        return True
    if link is None:
        return False
    withdrawn = link_state(link.facts, issue=link.issue, now=ctx.now()) is LinkState.WITHDRAWN
    answered = link.declined_at is not None or link.finished_at is not None
    return withdrawn or (message.kind == "reminder" and answered) or _is_unwanted(tx, message)


def _is_unwanted(tx: Transaction, message: Message) -> bool:
    """Whether it is a reminder and its recipient wants no more of them."""
    if message.request_id is None or not stops_reminders(_rendered(message)):
        return False
    request = requests.request_by_id(tx, message.request_id)
    return request is not None and request.reminders_off_at is not None


def _composed(ctx: Context, message: Message, address: str | None) -> EmailMessage:
    sender = Mailbox.parse(ctx.settings.mail_from)
    code = ctx.signer.mailed_code(message.code_id) if message.code_id else None
    rendered, stop = _rendered(message), ctx.address(stop_reminders_path(ctx.signer.sign_reminder(message.id)))
    # Mail programs press the address themselves; over plain http, as in the demo, only people can.
    one_click = stops_reminders(rendered) and stop.startswith("https:")
    return compose(
        fill(rendered, link=address, code=code, stop=stop),
        sender=Mailbox(sender.address, message.sender_name),
        recipient=Mailbox(message.recipient),
        message_id=message_id_for(message.id, sender),
        date=message.created_at,
        reply_to=Mailbox(message.reply_to) if message.reply_to else None,
        extra_headers=unsubscribe_headers(stop) if one_click else None,
    )


def _rendered(message: Message) -> RenderedMail:
    return RenderedMail(message.subject, message.text, message.html)


def _after_refusal(ctx: Context, message: Message, refused: MailRefused) -> JobStep:
    if refused.permanent:
        return _settle(ctx, message, MessageState.FAILED, error=refused.reason)
    if ctx.now() - message.created_at >= TRYING_LASTS:
        return _settle(ctx, message, MessageState.FAILED, error=f"gave-up-{refused.reason}")
    tries = message.tries + 1
    pause = backed_off(tries, shortest=_SHORTEST_PAUSE, factor=2, longest=_LONGEST_PAUSE)
    with ctx.database.transaction() as tx:
        messages.put_off(tx, message.id, tries=tries, until=ctx.now() + pause, error=refused.reason)
    return wait(pause)


def _settle(ctx: Context, message: Message, state: MessageState, *, error: str | None = None) -> JobStep:
    sent_at = ctx.now() if state is MessageState.SENT else None
    with ctx.database.transaction() as tx:
        if message.request_id is not None:
            take_turn_of(tx, "request", message.request_id)
        if messages.settle(tx, message.id, state, error=error, sent_at=sent_at):
            _tell(ctx, tx, message, state, error)
            messages.forget_words(tx, message.id, kind=MailKind.DIGEST.value)
    return FAILED if state is MessageState.FAILED else DONE


def _tell(ctx: Context, tx: Transaction, message: Message, state: MessageState, error: str | None) -> None:
    if message.request_id is None:
        return
    kinds = {MessageState.SENT: "mail-sent", MessageState.FAILED: "undeliverable", MessageState.DROPPED: "mail-dropped"}
    link, narrow = visits.own_link(tx, message.request_id), _narrow_link(tx, message)
    notice(
        ctx,
        tx,
        kinds[state],
        organization=message.organization,
        company_id=link.company_id if link else None,
        request_id=message.request_id,
        entity_id=narrow.entity_id if narrow else None,
        detail=" ".join(filter(None, (LinkKind.HAND_OVER.value if narrow else message.kind, error))),
    )
    if state is MessageState.FAILED and link is not None and link.organization in ctx.organizations():
        _tell_people(ctx, tx, message, link, narrow)
    statuses.refresh_status(ctx, tx, message.request_id)


def _tell_people(ctx: Context, tx: Transaction, message: Message, link: LinkVisit, narrow: Link | None) -> None:
    """That a mail to the company's side did not arrive: users, and the contact where it was a colleague's link.

    A colleague's address is masked, as everywhere.
    """
    if message.kind not in _TO_THE_COMPANY:
        return
    to_contact = same_mailbox(message.recipient, link.contact_email)
    named = message.recipient if to_contact else mask_address(message.recipient)
    entity_id = narrow.entity_id if narrow else None
    notifying.queue_notices(ctx, tx, "undeliverable", link=link, entity_id=entity_id, named=named)
    if narrow is not None:
        informing.queue_handed_over_mail(ctx, tx, link=link, narrow=narrow, came_back=True)


def _narrow_link(tx: Transaction, message: Message) -> Link | None:
    """The link of a colleague that a mail was to bring; None for every other mail."""
    found = requests.link(tx, message.link_id) if message.link_id and message.kind in CARRY_LINK else None
    return found if found is not None and found.kind == LinkKind.HAND_OVER else None
