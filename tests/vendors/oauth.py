"""A vendor's authorization server: authorize, token and revocation endpoints, strict about all they are told."""

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.vendors.books import Books
from tests.vendors.calls import Call, Reply, as_html
from tests.vendors.pages import consent_page, error_page, sign_in_page
from tests.vendors.tokens import Grant, Issued, TokenRefused

if TYPE_CHECKING:
    from tests.vendors.kit import Vendor


def authorize(vendor: "Vendor", call: Call) -> Reply:
    """The two pages, and where they lead: back with a code or a denial."""
    asked, quirks = call.query, vendor.quirks
    if wrong := _wrong_request(vendor, asked):
        return as_html(error_page(vendor.name, wrong), 400)
    unknown = set(_scopes(vendor, asked)) - (quirks.scopes or set())
    if unknown:
        return _back(asked, {"error": "invalid_scope"})
    told = parse_qs(call.body.decode())
    person, step = told.get("email", [""])[0], told.get("step", [""])[0]
    if step in ("", "again") or person not in vendor.people:
        return as_html(sign_in_page(vendor.name, tuple(vendor.people), wrong=step == "sign-in"))
    if step == "decline":
        return _back(asked, vendor.denied(), with_state=quirks.state_on_denial)
    chosen = _chosen(vendor, person, told.get("company", []))
    if step == "approve" and chosen is not None:
        return _back(asked, answer(vendor, asked, person, chosen))
    companies = [(vendor.company_id(books), books.name) for books in vendor.people[person]]
    page = consent_page(
        vendor.name, person, companies, _scopes(vendor, asked), chooses=quirks.chooses, wrong=step == "approve"
    )
    return as_html(page)


def answer(vendor: "Vendor", asked: dict[str, str], person: str, companies: tuple[Books, ...]) -> dict[str, str]:
    """Somebody approved: what the callback brings besides `state`."""
    grant = vendor.tokens.approve(person, companies, _scopes(vendor, asked))
    code = vendor.new_code(grant)
    challenge = asked.get("code_challenge") if vendor.quirks.pkce != "ignored" else None
    vendor.tokens.promise(code, grant, redirect_uri=asked["redirect_uri"], challenge=challenge)
    return {"code": code, **vendor.callback(grant)}


def token(vendor: "Vendor", call: Call) -> Reply:
    """Tokens for a code or a refresh token, or the vendor's own way of saying no."""
    try:
        told = call.fields()
        _check_client(vendor, call, told)
        if told.get("grant_type") == "authorization_code":
            return vendor.token_answer(_redeem(vendor, told))
        if told.get("grant_type") == "refresh_token":
            if vendor.quirks.refresh_needs_redirect and not told.get("redirect_uri"):
                raise TokenRefused("invalid_request", "no redirect_uri")
            new = vendor.tokens.renew
            known = vendor.tokens.refresh.get(told.get("refresh_token", ""))
            access = vendor.new_access(known.grant) if known else ""
            return vendor.token_answer(new(told.get("refresh_token", ""), access=access, refresh=vendor.new_refresh()))
        raise TokenRefused("unsupported_grant_type", "no such grant type")
    except TokenRefused as refused:
        return vendor.token_refused(refused)


def revoke(vendor: "Vendor", call: Call) -> Reply:
    """End a grant. An unknown token is no mistake (RFC 7009)."""
    is_json = "json" in call.headers.get("content-type", "")
    way = "query" if call.query else "json" if is_json else "form"
    told = dict(call.query) if call.query else call.fields()
    try:
        if way not in vendor.quirks.revoke_as:
            raise TokenRefused("invalid_request", f"the token does not come as {way} here")
        if vendor.quirks.revoke_needs_client:
            _check_client(vendor, call, told, is_revoking=True)
        if not told.get("token"):
            raise TokenRefused("invalid_request", "no token")
    except TokenRefused as refused:
        return vendor.token_refused(refused)
    vendor.tokens.revoke(told["token"])
    return vendor.revoked()


def gives_refresh(vendor: "Vendor", grant: Grant) -> bool:
    """Whether a grant comes with a refresh token."""
    offline = vendor.quirks.offline_scope
    return offline is None or offline in grant.scopes


def _wrong_request(vendor: "Vendor", asked: dict[str, str]) -> str | None:
    """What is wrong with the address the customer came by, in words."""
    quirks = vendor.quirks
    redirect = urlsplit(asked.get("redirect_uri", ""))
    if asked.get("client_id") != vendor.client_id:
        return "This client is not known here."
    if redirect.scheme not in ("http", "https") or not redirect.netloc or redirect.query:
        return "The address to come back to is not registered."
    if asked.get("response_type") != "code" or not asked.get("state"):
        return "Only a code is given, and only with a state."
    if quirks.pkce == "required" and asked.get("code_challenge_method") != "S256":
        return "A code challenge is needed."
    if quirks.scopes is None and asked.get("scope"):
        return "There are no scopes here."
    missing = [name for name, value in quirks.authorize_params.items() if asked.get(name) != value]
    return f"The parameter {missing[0]} is missing." if missing else None


def _scopes(vendor: "Vendor", asked: dict[str, str]) -> tuple[str, ...]:
    words = asked.get("scope", "").split(vendor.quirks.scope_separator)
    return tuple(word for word in words if word)


def _chosen(vendor: "Vendor", person: str, ids: list[str]) -> tuple[Books, ...] | None:
    """The companies of an approval; None where the person has to choose first."""
    mine = vendor.people[person]
    if vendor.quirks.chooses == "nothing" or not mine:
        return mine
    chosen = tuple(books for books in mine if vendor.company_id(books) in ids)
    return chosen or None


def _back(asked: dict[str, str], values: dict[str, str], *, with_state: bool = True) -> Reply:
    state = {"state": asked["state"]} if with_state else {}
    return Reply(status=302, headers={"location": f"{asked['redirect_uri']}?{urlencode({**values, **state})}"})


def _redeem(vendor: "Vendor", told: dict[str, str]) -> Issued:
    quirks = vendor.quirks
    promise = vendor.tokens.redeem(told.get("code", ""))
    if told.get("redirect_uri") != promise.redirect_uri:
        raise TokenRefused("invalid_grant", "another redirect_uri")
    if promise.challenge is not None:
        hashed = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(hashed).decode().rstrip("=") != promise.challenge:
            raise TokenRefused("invalid_grant", "the code verifier is wrong")
    if quirks.scope_on_token and set(told.get("scope", "").split()) != set(promise.grant.scopes):
        raise TokenRefused("invalid_scope", "the scopes are not those asked for")
    grant = promise.grant
    refresh = vendor.new_refresh() if gives_refresh(vendor, grant) else None
    return vendor.tokens.issue(grant, access=vendor.new_access(grant), refresh=refresh)


def _check_client(vendor: "Vendor", call: Call, told: dict[str, str], *, is_revoking: bool = False) -> None:
    """The secret, in the one way or ways this vendor takes it."""
    kind, _, given = call.headers.get("authorization", "").partition(" ")
    content = call.headers.get("content-type", "")
    if kind.lower() == "basic":
        way = "basic"
        try:
            client, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            client = secret = ""
        client, secret = unquote(client), unquote(secret)
    else:
        way = "json" if "json" in content else "body"
        client, secret = told.get("client_id", ""), told.get("client_secret", "")
    if way not in vendor.quirks.client_auth or (way != "json" and "json" in content and not is_revoking):
        raise TokenRefused("invalid_client", f"the client's secret does not come by {way} here")
    same = hmac.compare_digest(client, vendor.client_id) & hmac.compare_digest(secret, vendor.client_secret)
    if not same:
        raise TokenRefused("invalid_client", "wrong client id or secret")


def random_text(prefix: str, length: int = 40) -> str:
    """A secret nobody guesses, recognisable in a log that should not have it."""
    return f"{prefix}{secrets.token_urlsafe(length)[:length]}"
