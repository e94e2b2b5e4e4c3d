"""Mails about accounts: an invitation, a forgotten password, a day's news. Stored and sent like every other mail.

Those with a link are stored with a placeholder for it and name the row it is made of; once that is over they are
dropped instead of sent.
"""

from typing import Any

from linkflow.domain.links import invitation_path, new_password_path
from linkflow.domain.ports import Job, Transaction
from linkflow.mail import DigestMail, InvitationMail, MailContext, MailKind, NewPasswordMail, render
from linkflow.services.context import Context
from linkflow.services.mailing import logo_url
from linkflow.store import invitations, messages, password_resets
from linkflow.store.invitations import Invitation
from linkflow.store.messages import Message
from linkflow.store.password_resets import PasswordReset
from linkflow.store.users import User


def invitation_mail(ctx: Context, invitation: Invitation, *, by: User) -> Message:
    """The invitation to its address, with its link."""
    slug = invitation.organization
    context = InvitationMail(
        invited_by=by.name, role=invitation.role, expires_at=invitation.expires_at, logo_url=logo_url(ctx, slug)
    )
    names = {"recipient": invitation.email, "invitation_id": invitation.id, "reply_to": by.email}
    return _mail(ctx, MailKind.INVITATION, slug, context, **names)


def new_password_mail(ctx: Context, user: User, reset: PasswordReset) -> Message:
    """The link that takes a new password, to its user."""
    slug = user.organization
    context = NewPasswordMail(user_name=user.name, expires_at=reset.expires_at, logo_url=logo_url(ctx, slug))
    return _mail(ctx, MailKind.NEW_PASSWORD, slug, context, recipient=user.email, reset_id=reset.id)


def digest_mail(ctx: Context, user: User, context: DigestMail, *, message_id: str) -> Message:
    """A day's news to a user."""
    return _mail(ctx, MailKind.DIGEST, user.organization, context, recipient=user.email, id=message_id)


def queue(tx: Transaction, message: Message) -> bool:
    """Store the mail and enqueue it; False when one of this id is there already."""
    stored = messages.add_message(tx, message)
    if stored:
        tx.enqueue(Job.SEND_MESSAGE, message.id)
    return stored


def carries_account_link(message: Message) -> bool:
    """Whether a link of an account stands in the mail."""
    return bool(message.invitation_id or message.reset_id)


def account_link(ctx: Context, tx: Transaction, message: Message) -> str | None:
    """The address of the link the mail carries; None when it opens nothing any more."""
    if message.invitation_id:
        invitation = invitations.invitation(tx, message.invitation_id)
        if invitation is not None and invitation.opens(ctx.now()):
            return ctx.address(invitation_path(ctx.signer.sign_invitation(invitation.id, invitation.issue)))
    if message.reset_id:
        reset = password_resets.reset(tx, message.reset_id)
        if reset is not None and reset.opens(ctx.now()):
            return ctx.address(new_password_path(ctx.signer.sign_reset(reset.id)))
    return None


def _mail(ctx: Context, kind: MailKind, slug: str, context: MailContext, **names: Any) -> Message:
    organization = ctx.organizations()[slug]
    rendered = render(kind, organization, language=organization.language(None), context=context)
    given = {"id": ctx.new_id(), "reply_to": organization.help.email, **names}
    return Message(
        organization=slug,
        kind=kind.value,
        sender_name=organization.name,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        created_at=ctx.now(),
        **given,
    )
