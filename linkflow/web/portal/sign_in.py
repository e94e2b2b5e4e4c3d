"""The sign-in page, signing in with a local account in one step or two, and signing out."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import redirect, request
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from linkflow.domain.errors import NotFound
from linkflow.domain.links import organization_sign_in_path
from linkflow.organization_model import Organization
from linkflow.services import signing_in
from linkflow.services.signing_in import HalfSignedIn
from linkflow.store.users import User
from linkflow.web.forms import Form, button, form_view
from linkflow.web.marks import public
from linkflow.web.pages import render, speak_for
from linkflow.web.portal import session
from linkflow.web.portal.guard import portal, sign_in_page, signed_in_user
from linkflow.web.portal.paths import COMPANIES, FORGOTTEN_PASSWORD, SIGN_IN, SIGN_IN_CODE, setting_out_path
from linkflow.web.portal.shell import bare_shell, sole_organization
from linkflow.web.portal_account_views import CodePage
from linkflow.web.portal_sign_in_views import SignInPage
from linkflow.web.running import ctx, href


class SignInForm(Form):
    """A local account."""

    email = StringField()
    password = PasswordField()


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    app_code = StringField()


@public
def sign_in(slug: str | None = None) -> Response:
    """Who is there? Somebody signed in already goes on. Beside the page for all, each organization has its own."""
    organization = _whose(slug)
    if request.method == "GET" and signed_in_user() is not None:
        return redirect(href(COMPANIES), 303)
    form, path = SignInForm(), organization_sign_in_path(slug) if slug else SIGN_IN
    email, password = form.email.data or "", form.password.data or ""
    done = form.carry_out(lambda: signing_in.sign_in(ctx(), email, password, client=client_key()))
    if done is not None:
        return _ask_for_code(done.value) if isinstance(done.value, HalfSignedIn) else _let_in(done.value)
    provider = organization.sign_in if organization else None
    page = SignInPage(
        form=form_view(form, path) if provider is None or provider.local else None,
        forgotten_href=href(FORGOTTEN_PASSWORD),
        single_sign_on=button(setting_out_path(organization.slug)) if organization and provider else None,
        elsewhere=organization is None and any(one.sign_in for one in ctx().organizations().values()),
        ended=session.was_ended(),
    )
    return render("portal/sign-in.html", shell=bare_shell(organization), page=page, status=form.status)


def _whose(slug: str | None) -> Organization | None:
    """The organization of a page; that for all is one's own where just one is served."""
    served = ctx().organizations()
    if slug is None:
        return sole_organization()
    if slug not in served:
        raise NotFound
    speak_for(served[slug])
    return served[slug]


@public
def sign_in_code() -> Response:
    """The second step, for who has passed the first within ten minutes."""
    half = session.waiting_for_code(ctx().now())
    if half is None:
        return redirect(href(SIGN_IN), 303)
    form = CodeForm()
    code = form.app_code.data or ""
    done = form.carry_out(lambda: signing_in.finish_sign_in(ctx(), half, code, client=client_key()))
    if done is not None:
        return _let_in(done.value) if done.value is not None else _begin_again(half)
    page = CodePage(form=form_view(form, SIGN_IN_CODE), sign_in_href=href(sign_in_page(half.user_id)))
    return render("portal/sign-in-code.html", shell=bare_shell(sole_organization()), page=page, status=form.status)


@portal("viewer")
def sign_out(user: User) -> Response:
    """End this user's sessions, here and everywhere."""
    form = Form()
    if form.carry_out(lambda: signing_in.sign_out(ctx(), user)) is None:
        session.tell("warn", form.problems[0])
        return redirect(href(COMPANIES), 303)
    session.end()
    session.tell("ok", "You are signed out, on this device and on every other.")
    return redirect(href(sign_in_page(user.id)), 303)


def client_key() -> str:
    """Where a request comes from, as far as one can be held to it: an IPv4 address, or a network of IPv6 ones."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)


def _ask_for_code(half: HalfSignedIn) -> Response:
    session.wait_for_code(half, ctx().now())
    return redirect(href(SIGN_IN_CODE), 303)


def _let_in(user: User) -> Response:
    return redirect(href(session.begin(user, ctx().now()) or COMPANIES), 303)


def _begin_again(half: HalfSignedIn) -> Response:
    session.end()
    return redirect(href(sign_in_page(half.user_id)), 303)
