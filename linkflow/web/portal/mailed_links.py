"""The pages that mailed links of accounts lead to: accepting an invitation, choosing a new password.

A mail scanner may open them and press: nothing is made without a password that somebody types.
"""

from typing import Literal, cast

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from linkflow.domain.errors import LinkWithdrawn
from linkflow.domain.links import invitation_path, new_password_path
from linkflow.services import forgotten_passwords, inviting
from linkflow.web.forms import Form, form_view
from linkflow.web.marks import public
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import sign_in_page
from linkflow.web.portal.paths import FORGOTTEN_PASSWORD, SIGN_IN
from linkflow.web.portal.shell import bare_shell, sole_organization
from linkflow.web.portal.sign_in import client_key
from linkflow.web.portal_account_views import (
    AcceptInvitationPage,
    ForgottenPasswordPage,
    LinkOverPage,
    NewPasswordPage,
    Role,
)
from linkflow.web.portal_views import PortalShell
from linkflow.web.running import ctx, href


class ForgottenPasswordForm(Form):
    """Where the link goes, if that is somebody's address."""

    your_email = StringField()


class NewPasswordForm(Form):
    """The password that replaces the forgotten one."""

    new_password = PasswordField()


class AcceptForm(Form):
    """What the invited person decides."""

    full_name = StringField()
    new_password = PasswordField()


@public
def forgotten_password() -> Response:
    """Ask for a link by mail; the answer is the same for everybody."""
    form = ForgottenPasswordForm()
    done = form.carry_out(lambda: forgotten_passwords.ask(ctx(), form.your_email.data or "", client=client_key()))
    if done is not None:
        said = "If that address has an account with a password, a link is on its way to it. It works for an hour."
        return _to_sign_in("info", said, user_id=None)
    page = ForgottenPasswordPage(form=form_view(form, FORGOTTEN_PASSWORD), sign_in_href=href(SIGN_IN))
    return render(
        "portal/forgotten-password.html", shell=bare_shell(sole_organization()), page=page, status=form.status
    )


@public
def new_password(token: str) -> Response:
    """Choose a new password with a mailed link."""
    try:
        return _choose(token)
    except LinkWithdrawn as over:
        return _over("new-password", over)


@public
def accept_invitation(token: str) -> Response:
    """Make the account somebody was invited to."""
    try:
        return _accept(token)
    except LinkWithdrawn as over:
        return _over("invitation", over)


def _choose(token: str) -> Response:
    _, user = forgotten_passwords.read_reset(ctx(), token)
    form = NewPasswordForm()
    done = form.carry_out(lambda: forgotten_passwords.choose(ctx(), token, form.new_password.data or ""))
    if done is not None:
        return _to_sign_in("ok", "You have a new password. Sign in with it.", user_id=user.id)
    page = NewPasswordPage(form=form_view(form, new_password_path(token)), email=user.email)
    return render("portal/new-password.html", shell=_shell(user.organization), page=page, status=form.status)


def _accept(token: str) -> Response:
    invited = inviting.read_invitation(ctx(), token).invitation
    form = AcceptForm()
    name, password = form.full_name.data or "", form.new_password.data or ""
    done = form.carry_out(lambda: inviting.accept(ctx(), token, name=name, password=password))
    if done is not None:
        said = "Your account is ready. Sign in with your email address and your password."
        return _to_sign_in("ok", said, user_id=done.value.id)
    page = AcceptInvitationPage(
        form=form_view(form, invitation_path(token)), email=invited.email, role=cast(Role, invited.role)
    )
    return render("portal/accept-invitation.html", shell=_shell(invited.organization), page=page, status=form.status)


def _over(kind: Literal["invitation", "new-password"], over: LinkWithdrawn) -> Response:
    page = LinkOverPage(kind=kind, forgotten_href=href(FORGOTTEN_PASSWORD), sign_in_href=href(SIGN_IN))
    return render("portal/link-over.html", shell=_shell(over.details["organization"]), page=page, status=410)


def _shell(organization: str) -> PortalShell:
    return bare_shell(ctx().organizations()[organization])


def _to_sign_in(kind: str, said: str, *, user_id: str | None) -> Response:
    session.end()
    session.tell(kind, said)
    return redirect(href(sign_in_page(user_id)), 303)
