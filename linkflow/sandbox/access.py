"""Who may read what: the bearer token of a request, its scopes, the companies and the role behind it."""

from flask import current_app, request

from linkflow.sandbox.authorization import server
from linkflow.sandbox.client import EVERYTHING
from linkflow.sandbox.faults import EXPIRED_TOKEN, Faults
from linkflow.sandbox.grant_values import Token
from linkflow.sandbox.people import PEOPLE
from linkflow.sandbox.refusals import ApiRefusal, invalid_token


def bearer() -> Token:
    """The token of this request; raises `ApiRefusal` 401 when it is missing, unknown, expired or revoked."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise invalid_token("A bearer token is required")
    grants = server().grants
    token = grants.find_access(secret.strip())
    if token is None or token.revoked or token.grant.revoked:
        raise invalid_token("The token is unknown or was revoked")
    if token.expires <= grants.now or _expired_on_purpose(token):
        raise invalid_token("The token has expired")
    return token


def require_scope(token: Token, *accepted: str) -> None:
    """Raise `ApiRefusal` 403 unless the token has one of the scopes; `books.read` is enough for everything."""
    if not {EVERYTHING, *accepted} & set(token.scope.split()):
        wanted = " ".join(accepted)
        challenge = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{wanted}"'}
        raise ApiRefusal(403, "insufficient_scope", f"Needs the scope {wanted}", challenge)


def readable_companies(token: Token) -> tuple[str, ...]:
    """The companies this token may read; `ApiRefusal` 403 when the role held in every one of them is too low."""
    person = PEOPLE[token.grant.person]
    readable = tuple(company for company in token.grant.companies if person.may_read(company))
    if token.grant.companies and not readable:
        raise _role_too_low()
    return readable


def require_company(token: Token, company_id: str) -> None:
    """Raise `ApiRefusal`: 404 for a company outside the grant, 403 where the role held there is too low."""
    if company_id not in token.grant.companies:
        raise ApiRefusal(404, "company_not_found", "No such company in this grant")
    if not PEOPLE[token.grant.person].may_read(company_id):
        raise _role_too_low()


def _role_too_low() -> ApiRefusal:
    return ApiRefusal(403, "insufficient_role", "The person who approved needs the role of owner or accountant")


def _expired_on_purpose(token: Token) -> bool:
    faults: Faults = current_app.extensions["sandbox_faults"]
    companies = token.grant.companies
    return any(
        fault.kind == EXPIRED_TOKEN and token.issued <= fault.since for at in companies for fault in faults.on(at)
    )
