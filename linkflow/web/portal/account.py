"""One's own account: name, password, how news is mailed, where one is signed in. It shows nothing secret."""

from flask import redirect
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from linkflow.services import admitting, own_account
from linkflow.store.users import User
from linkflow.web.forms import Form, button, form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import ACCOUNT, OWN_MAILS, OWN_PASSWORD, OWN_SESSIONS, SECOND_FACTOR
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.sign_in import client_key
from linkflow.web.portal_account_views import AccountPage
from linkflow.web.running import ctx, href


class NameForm(Form):
    """What the user is called."""

    full_name = StringField()


class PasswordForm(Form):
    """The present password and the one to come."""

    present_password = PasswordField()
    new_password = PasswordField()


class MailsForm(Form):
    """How news is mailed."""

    mails = StringField()


@portal("viewer")
def account(user: User) -> Response:
    """The page, and the name where it was sent."""
    form = NameForm()
    done = form.carry_out(lambda: own_account.rename(ctx(), user, form.full_name.data or ""))
    if done is not None:
        return _changed("Your name is changed.")
    return _page(user, form) if form.is_submitted() else _page(user)


@portal("viewer")
def password(user: User) -> Response:
    """Another password; every other session ends."""
    form = PasswordForm()
    present, new = form.present_password.data or "", form.new_password.data or ""
    done = form.carry_out(
        lambda: own_account.change_password(ctx(), user, present=present, new=new, client=client_key())
    )
    if done is None:
        return _page(user, form)
    session.renew(done.value)
    return _changed("Your password is changed. You are signed out on every other device.")


@portal("viewer")
def mails(user: User) -> Response:
    """Other mails."""
    form = MailsForm()
    done = form.carry_out(lambda: own_account.choose_mails(ctx(), user, form.mails.data or ""))
    return _changed("Your choice of mails is kept.") if done is not None else _page(user, form)


@portal("viewer")
def sessions(user: User) -> Response:
    """End every session but this one."""
    form = Form()
    done = form.carry_out(lambda: own_account.end_other_sessions(ctx(), user))
    if done is None:
        session.tell("warn", form.problems[0])
        return redirect(href(ACCOUNT), 303)
    session.renew(done.value)
    return _changed("You are signed out on every other device.")


def _changed(said: str) -> Response:
    session.tell("ok", said)
    return redirect(href(ACCOUNT), 303)


def _page(user: User, sent: Form | None = None) -> Response:
    """The page with the form that was sent as it came, and the others as they are kept."""
    name = sent if isinstance(sent, NameForm) else NameForm(formdata=None, data={"full_name": user.name})
    new = sent if isinstance(sent, PasswordForm) else PasswordForm(formdata=None)
    choice = sent if isinstance(sent, MailsForm) else MailsForm(formdata=None, data={"mails": user.mails})
    local = user.password_hash is not None and not admitting.must_sign_in_there(ctx(), user)
    page = AccountPage(
        email=user.email,
        name=form_view(name, ACCOUNT),
        password=form_view(new, OWN_PASSWORD) if local else None,
        mails=form_view(choice, OWN_MAILS),
        sessions=button(OWN_SESSIONS),
        factor_href=href(SECOND_FACTOR) if local else None,
        factor_on=user.totp_on_at is not None,
    )
    return render("portal/account.html", shell=portal_shell(user), page=page, status=422 if sent else 200)
