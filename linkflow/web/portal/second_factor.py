"""Setting up codes of an authenticator app for one's own account, and ending them.

The key is shown as text and as a QR code made here; nobody else's host is asked to draw it.
"""

from collections.abc import Callable
from itertools import groupby
from typing import TypeVar

import segno
from flask import redirect
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from linkflow.services import second_factor, signing_in
from linkflow.services.context import Context
from linkflow.services.second_factor import Key
from linkflow.store.users import User
from linkflow.web.forms import Form, form_view
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import ACCOUNT, SECOND_FACTOR, SECOND_FACTOR_KEY, SECOND_FACTOR_REMOVAL
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.sign_in import client_key
from linkflow.web.portal_account_views import RecoveryCodesPage, SecondFactorPage
from linkflow.web.running import ctx, href

R = TypeVar("R")


class ProofForm(Form):
    """The present password, before something weighty."""

    present_password = PasswordField()


class FirstCodeForm(Form):
    """A code of the app that has just been given the key."""

    app_code = StringField()


@portal("viewer")
def second_factor_page(user: User) -> Response:
    """Off, waiting for the first code, or on. The first code is answered by the recovery codes.

    They are shown in that answer and nowhere else: only their hashes are kept, and nothing secret in the cookie.
    """
    form = FirstCodeForm()
    if form.is_submitted() and second_factor.waiting_key(ctx(), user) is None:
        return redirect(href(SECOND_FACTOR), 303)  # the answer with the codes, loaded again
    done = form.carry_out(lambda: second_factor.switch_on(ctx(), user, form.app_code.data or ""))
    if done is not None:
        session.renew(done.value.user)
        page = RecoveryCodesPage(codes=done.value.codes, account_href=href(ACCOUNT))
        return render("portal/recovery-codes.html", shell=portal_shell(user), page=page)
    return _page(user, form)


@portal("viewer")
def make_key(user: User) -> Response:
    """A key for an app, shown on the next page until its first code was typed."""
    form = ProofForm()
    if form.carry_out(lambda: _proven(user, form, second_factor.make_key)) is None:
        return _page(user, form)
    return redirect(href(SECOND_FACTOR), 303)


@portal("viewer")
def remove(user: User) -> Response:
    """Ask for no more codes."""
    form = ProofForm()
    done = form.carry_out(lambda: _proven(user, form, second_factor.switch_off))
    if done is None:
        return _page(user, form)
    session.renew(done.value)
    session.tell("ok", "No code is asked for any more when you sign in. You are signed out on every other device.")
    return redirect(href(ACCOUNT), 303)


def qr_path(text: str) -> tuple[int, str]:
    """How many modules wide the QR code of a text is, and an SVG path of its dark ones, a run at a time."""
    matrix = segno.make_qr(text, error="m").matrix
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, modules in groupby(row):
            width = len(list(modules))
            if dark:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return len(matrix), "".join(runs)


def _proven(user: User, form: ProofForm, act: Callable[[Context, User], R]) -> R:
    signing_in.prove(ctx(), user, form.present_password.data or "", client=client_key())
    return act(ctx(), user)


def _page(user: User, form: Form) -> Response:
    key = second_factor.waiting_key(ctx(), user)
    page = _waiting(key, form) if key is not None else _settled(user, form)
    return render("portal/second-factor.html", shell=portal_shell(user), page=page, status=form.status)


def _waiting(key: Key, form: Form) -> SecondFactorPage:
    shown = form if isinstance(form, FirstCodeForm) else FirstCodeForm(formdata=None)
    size, path = qr_path(key.address)
    text = " ".join(key.text[at : at + 4] for at in range(0, len(key.text), 4))
    return SecondFactorPage(
        state="waiting",
        form=form_view(shown, SECOND_FACTOR),
        account_href=href(ACCOUNT),
        key=text,
        qr_size=size,
        qr_path=path,
    )


def _settled(user: User, form: Form) -> SecondFactorPage:
    is_on = user.totp_on_at is not None
    shown = form if isinstance(form, ProofForm) else ProofForm(formdata=None)
    return SecondFactorPage(
        state="on" if is_on else "off",
        form=form_view(shown, SECOND_FACTOR_REMOVAL if is_on else SECOND_FACTOR_KEY),
        account_href=href(ACCOUNT),
        codes_left=second_factor.codes_left(ctx(), user) if is_on else 0,
    )
