"""Signing in with a local account, and signing out."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import redirect, request
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from linkflow.services import signing_in
from linkflow.store.users import User
from linkflow.web.forms import Form, form_view
from linkflow.web.marks import public
from linkflow.web.pages import render
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal, signed_in_user
from linkflow.web.portal.paths import REQUESTS, SIGN_IN
from linkflow.web.portal.shell import bare_shell
from linkflow.web.portal_views import SignInPage
from linkflow.web.running import ctx, href


class SignInForm(Form):
    """A local account; the password never goes back to the page."""

    email = StringField()
    password = PasswordField()


@public
def sign_in() -> Response:
    """Who is there? Somebody signed in already goes on."""
    if request.method == "GET" and signed_in_user() is not None:
        return redirect(href(REQUESTS), 303)
    form = SignInForm()
    email, password = form.email.data or "", form.password.data or ""
    done = form.carry_out(lambda: signing_in.sign_in(ctx(), email, password, client=client_key()))
    if done is not None:
        return redirect(href(session.begin(done.value, ctx().now()) or REQUESTS), 303)
    form.password.raw_data = form.password.data = None
    page = SignInPage(form=form_view(form, SIGN_IN), ended=session.was_ended())
    return render("portal/sign-in.html", shell=bare_shell(), page=page, status=form.status)


@portal("viewer")
def sign_out(user: User) -> Response:
    """End this user's sessions, here and everywhere."""
    form = Form()
    if form.carry_out(lambda: signing_in.sign_out(ctx(), user)) is None:
        session.tell("warn", form.problems[0])
        return redirect(href(REQUESTS), 303)
    session.end()
    session.tell("ok", "You are signed out, on this device and on every other.")
    return redirect(href(SIGN_IN), 303)


def client_key() -> str:
    """Where a request comes from, as far as one can be held to it: an IPv4 address, or a network of IPv6 ones."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
