"""The authorization endpoint and its two pages: sign in, then choose companies and approve or decline.

The request's own query stays in the address throughout, so tabs never mix. A GET changes nothing but the cookie.
"""

from typing import Any

from authlib.oauth2 import OAuth2Error
from flask import Blueprint, current_app, redirect, render_template, request, session
from werkzeug.wrappers import Response

from linkflow.sandbox.authorization import metadata, server
from linkflow.sandbox.client import SCOPES
from linkflow.sandbox.companies import PROFILES
from linkflow.sandbox.faults import DECLINE, Faults
from linkflow.sandbox.forms import check_form, sign_in, signed_in
from linkflow.sandbox.people import PEOPLE, Person

blueprint = Blueprint("authorize", __name__)
_Answer = Response | str | tuple[str, int]


@blueprint.get("/.well-known/oauth-authorization-server")
def describe() -> dict[str, Any]:
    """The authorization server's metadata."""
    return metadata(server().settings)


@blueprint.get("/oauth/authorize")
def authorize() -> _Answer:
    """Sign-in page, or consent page for somebody signed in; a bad request goes back to the client or is shown."""
    try:
        grant = _consent_grant()
    except OAuth2Error as error:
        return _refuse(error)
    person = signed_in()
    return _sign_in_page() if person is None else _consent_page(grant, person)


@blueprint.post("/oauth/authorize/sign-in")
def enter() -> _Answer:
    """Sign in and go on to the same authorization request."""
    check_form()
    if sign_in(request.form.get("email", "")) is None:
        return _sign_in_page(error="Nobody has that email address here. Choose one from the list."), 422
    return _back()


@blueprint.post("/oauth/authorize/sign-out")
def leave() -> _Answer:
    """Sign out and go on to the same authorization request."""
    check_form()
    session.clear()
    return _back()


@blueprint.post("/oauth/authorize")
def decide() -> _Answer:
    """Answer the authorization request: a code for the chosen companies, or `access_denied`."""
    check_form()
    person = signed_in()
    if person is None:
        return _back()
    try:
        grant = _consent_grant(person)
    except OAuth2Error as error:
        return _refuse(error)
    chosen = tuple(company for company in request.form.getlist("company") if company in person.companies)
    approved = request.form.get("decision") == "approve"
    if approved and person.companies and not chosen:
        return _consent_page(grant, person, error="Choose at least one company, or decline."), 422
    faults: Faults = current_app.extensions["sandbox_faults"]
    if approved and faults.take(chosen, DECLINE, endpoint="authorize"):
        approved = False
    grant.request.companies = chosen
    answer = _answer(
        server().create_authorization_response(grant.request, grant_user=person if approved else None, grant=grant)
    )
    if answer.status_code == 302:
        answer.status_code = 303
    return answer


@blueprint.post("/oauth/token")
def token() -> Response:
    """Exchange a code or a refresh token."""
    return _answer(server().create_token_response())


@blueprint.post("/oauth/revoke")
def revoke() -> Response:
    """End a grant (RFC 7009)."""
    return _answer(_untyped().create_endpoint_response("revocation"))


def _untyped() -> Any:
    return server()


def _consent_grant(person: Person | None = None) -> Any:
    return _untyped().get_consent_grant(end_user=person)


def _answer(made: Any) -> Response:
    answer: Response = made
    return answer


def _refuse(error: OAuth2Error) -> _Answer:
    if error.redirect_uri:
        return _answer(server().refuse(server().create_oauth2_request(None), error))
    return render_template("refused.html", reason=error.description or error.error), 400


def _back() -> Response:
    return redirect("/oauth/authorize?" + request.query_string.decode("ascii", "replace"), 303)


def _sign_in_page(*, error: str | None = None) -> str:
    return render_template("sign-in.html", people=PEOPLE.values(), error=error, query=_query())


def _consent_page(grant: Any, person: Person, *, error: str | None = None) -> str:
    companies = [PROFILES[company].company for company in person.companies]
    wanted = [SCOPES[word] for word in grant.request.scope.split()]
    return render_template(
        "consent.html", person=person, companies=companies, wanted=wanted, error=error, query=_query()
    )


def _query() -> str:
    return request.query_string.decode("ascii", "replace")
