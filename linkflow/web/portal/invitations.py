"""Inviting somebody to the portal, and the invitations nobody has accepted yet."""

from collections.abc import Callable
from typing import cast

from flask import redirect, request
from werkzeug.wrappers import Response
from wtforms import StringField

from linkflow.services import inviting
from linkflow.store.invitations import Invitation, ListedInvitation, open_invitations
from linkflow.store.users import User
from linkflow.web.forms import Form, button, form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import INVITATIONS, INVITE, USERS, invitation_action_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal_account_views import Role
from linkflow.web.portal_user_views import InvitationRow, InvitationsPage, InvitePage
from linkflow.web.running import ctx, href


class InviteForm(Form):
    """Whom to invite, and what they may do."""

    email = StringField()
    role = StringField(default="manager")


@portal("administrator")
def invite(user: User) -> Response:
    """Mail an invitation."""
    form = InviteForm()
    email, role = form.email.data or "", form.role.data or ""
    done = form.carry_out(lambda: inviting.invite(ctx(), user, email=email, role=role))
    if done is not None:
        session.tell("ok", f"The invitation is on its way to {done.value.email}.")
        return redirect(href(INVITATIONS), 303)
    page = InvitePage(form=form_view(form, INVITE), users_href=href(USERS), invitations_href=href(INVITATIONS))
    return render("portal/invite.html", shell=portal_shell(user), page=page, status=form.status)


@portal("administrator")
def invitation_list(user: User) -> Response:
    """One page of the invitations that are open."""
    mark = request.args.get("before")
    with ctx().database.reading() as tx:
        found, older = open_invitations(tx, user.organization, older_than=mark)
    page = InvitationsPage(
        rows=tuple(_row(one) for one in found),
        users_href=href(USERS),
        invite_href=href(INVITE),
        first_href=href(INVITATIONS) if mark else None,
        older_href=f"{href(INVITATIONS)}?before={older}" if older else None,
    )
    return render("portal/invitations.html", shell=portal_shell(user), page=page)


@portal("administrator")
def resend_invitation(user: User, invitation_id: str) -> Response:
    """Mail it once more; the earlier link opens nothing any more."""
    said = "The invitation is on its way again to {}. The earlier link no longer works."
    return _done(lambda: inviting.send_again(ctx(), user, invitation_id), said)


@portal("administrator")
def withdraw_invitation(user: User, invitation_id: str) -> Response:
    """Take it back."""
    said = "The invitation of {} is withdrawn. Its link no longer works."
    return _done(lambda: inviting.withdraw(ctx(), user, invitation_id), said)


def _done(act: Callable[[], Invitation], sentence: str) -> Response:
    form = Form()
    done = form.carry_out(act)
    if done is None:
        session.tell("bad", form.problems[0])
    else:
        session.tell("ok", sentence.format(done.value.email))
    return redirect(href(INVITATIONS), 303)


def _row(one: ListedInvitation) -> InvitationRow:
    return InvitationRow(
        email=one.email,
        role=cast(Role, one.role),
        invited_by=one.invited_by,
        created_at=one.created_at,
        expires_at=one.expires_at,
        expired=one.expires_at <= ctx().now(),
        resend=button(invitation_action_path(one.id, "resend")),
        withdraw=button(invitation_action_path(one.id, "withdraw")),
    )
