"""What a vendor's own addresses answer, and whether it takes our client.

Nothing is asked for that anybody could lose by: the page to sign in is fetched as a browser would, the API without a
token, and tokens are asked for with a made-up code, which a server that knows our client refuses.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from linkflow.doctor.clock import Clock
from linkflow.doctor.findings import Section
from linkflow.domain.links import callback_path
from linkflow.domain.software import OAuth, Software
from linkflow.domain.software_inputs import Input
from linkflow.outbound import oauth2
from linkflow.outbound.errors import OutboundError
from linkflow.services.context import Context
from linkflow.settings import Credentials

STATE = CODE = "linkflow-doctor"
_DISCOVERY = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
_NOT_OURS = frozenset({"invalid_client", "unauthorized_client"})
_SILENT = frozenset({"refused-address", "too-large"})
"""Beside what may pass by itself."""
_TROUBLE = 500


@dataclass(frozen=True)
class Client:
    """One client at the vendor, and the organizations whose customers sign in with it.

    `owner` is the organization whose own it is, empty for this installation's.
    """

    credentials: Credentials
    owner: str
    organizations: tuple[str, ...]

    @property
    def whose(self) -> str:
        """In words."""
        return self.owner or "this installation"


def examine(ctx: Context, clock: Clock, section: Section, known: Software, client: Client) -> None:
    """Whether its addresses answer: those everybody is sent to, and those that only some are."""
    places, unknown = _places(ctx, known, client)
    if unknown:
        section.note(f"Its addresses depend on what the customer says ({', '.join(unknown)}): they were not asked")
        return
    usual = places[0]
    _sign_in_page(ctx, clock, section, usual, client.credentials)
    if usual.oauth and usual.oauth.issuer:
        _discovery(ctx, section, usual.oauth)
    asked: set[str] = set()
    for place in places:
        for name, address in _others(place, usual):
            if address not in asked:
                asked.add(address)
                _reachable(ctx, section, name, address)


def try_client(ctx: Context, section: Section, known: Software, client: Client) -> None:
    """Ask for tokens with a code nobody was given, as this client."""
    places, unknown = _places(ctx, known, client)
    if unknown:
        return
    oauth = places[0].oauth or OAuth(authorize_url="", token_url="")
    host, whose = urlsplit(oauth.token_url).netloc, f"the client of {client.whose}"
    try:
        oauth2.exchange(
            places[0],
            client.credentials,
            http=ctx.http,
            code=CODE,
            redirect_uri=ctx.address(callback_path(known.id)),
            verifier=oauth2.new_verifier(ctx.random_bytes),
            scopes=oauth.scopes,
        )
    except OutboundError as error:
        section.fail(f"Tokens: {host} could not be asked ({error.reason or error.code})")
    except oauth2.TokenError as error:
        _judge(section, error, host=host, whose=whose)
    else:
        section.fail(f"Tokens: {host} gave tokens for a code nobody was given; do not use it")


def _judge(section: Section, error: oauth2.TokenError, *, host: str, whose: str) -> None:
    if error.code in _NOT_OURS:
        section.fail(f"Tokens: {host} does not know {whose}, or not that secret ({error.code})")
    elif error.code == "invalid_grant":
        section.ok(f"Tokens: {host} knows {whose}")
    elif error.transient or error.code in _SILENT:
        section.fail(f"Tokens: {host} does not answer as it should ({error.code})")
    else:
        section.note(f"Tokens: {host} answers ({error.code}), which does not tell whether it knows {whose}")


def _sign_in_page(ctx: Context, clock: Clock, section: Section, place: Software, credentials: Credentials) -> None:
    oauth, redirect = place.oauth or OAuth(authorize_url="", token_url=""), ctx.address(callback_path(place.id))
    verifier = oauth2.new_verifier(ctx.random_bytes)
    address = oauth2.authorize_url(
        place, credentials, redirect_uri=redirect, state=STATE, verifier=verifier, scopes=oauth.scopes
    )
    host = urlsplit(address).netloc
    try:
        answer = ctx.http.look(address)
    except OutboundError as error:
        section.fail(f"Sign-in page: {host} does not answer ({error.reason or error.code})")
        return
    clock.hear(host, answer.date)
    if answer.status >= _TROUBLE:
        section.fail(f"Sign-in page: {host} is in trouble (HTTP {answer.status})")
    elif answer.status >= 400:
        section.warn(f"Sign-in page: {host} refuses (HTTP {answer.status}); is the redirect address registered there?")
    else:
        section.ok(f"Sign-in page: {host} answers (HTTP {answer.status})")


def _discovery(ctx: Context, section: Section, oauth: OAuth) -> None:
    """What the server says about itself beside what the catalogue says."""
    issuer = str(oauth.issuer)
    said = next((found for path in _DISCOVERY if (found := _described(ctx, issuer.rstrip("/") + path))), None)
    if said is None:
        section.note(f"Discovery: no description was found at {issuer}; the catalogue's addresses are used")
        return
    ours = {"issuer": issuer, "authorization_endpoint": oauth.authorize_url, "token_endpoint": oauth.token_url}
    other = [name for name, address in ours.items() if said.get(name) not in (None, address)]
    if other:
        section.warn(f"Discovery: {issuer} describes itself otherwise than the catalogue: {', '.join(other)}")
    else:
        section.ok(f"Discovery: {issuer} describes itself as the catalogue does")


def _described(ctx: Context, address: str) -> dict[str, object] | None:
    try:
        answer = ctx.http.look(address)
        said = json.loads(answer.content) if answer.status == 200 else None
    except (OutboundError, ValueError):
        return None
    return said if isinstance(said, dict) else None


def _reachable(ctx: Context, section: Section, name: str, address: str) -> None:
    host = urlsplit(address).netloc
    try:
        answer = ctx.http.look(address)
    except OutboundError as error:
        section.fail(f"{name}: {host} does not answer ({error.reason or error.code})")
        return
    if answer.status >= _TROUBLE:
        section.warn(f"{name}: {host} is in trouble (HTTP {answer.status})")
    else:
        section.ok(f"{name}: {host} answers (HTTP {answer.status})")


def _others(place: Software, usual: Software) -> Iterator[tuple[str, str]]:
    """The API, and where another place than the usual one has its sign-in and tokens."""
    if place.oauth and usual.oauth and place is not usual:
        if place.oauth.authorize_url != usual.oauth.authorize_url:
            yield "Sign-in page", place.oauth.authorize_url
        if place.oauth.token_url != usual.oauth.token_url:
            yield "Tokens", place.oauth.token_url
    if place.api:
        yield "API", place.api.base_url


def _places(ctx: Context, known: Software, client: Client) -> tuple[list[Software], tuple[str, ...]]:
    """Where this client's customers are sent, the usual place first; or what is not known of any such place."""
    found = [_places_of(ctx, known, slug) for slug in client.organizations or (client.owner,)]
    places = [place for here, _ in found for place in here]
    return places, () if places else found[0][1]


def _places_of(ctx: Context, known: Software, organization: str) -> tuple[list[Software], tuple[str, ...]]:
    """The software at the usual values of its inputs and, one after the other, at every other that may be given."""
    fixed = ctx.settings.inputs(known.id, organization)
    known_values = {_key(one): fixed.get(one.name) or _usual(one) for one in known.inputs}
    usual = {key: value for key, value in known_values.items() if value}
    unknown = tuple(one.name for one in known.inputs if _key(one) not in usual)
    if unknown:
        return [], unknown
    free = [one for one in known.inputs if one.name not in fixed]
    variants = [usual, *({**usual, _key(one): value} for one in free for value in one.values)]
    return [known.at(given) for given in variants], ()


def _usual(one: Input) -> str | None:
    return one.default or next(iter(one.values), None)


def _key(one: Input) -> str:
    return one.parameter or one.name
