"""What linkflow knows about one accounting product: its names, how one signs in to it, where its data lies.

Values only. Reading the catalogue files is ``linkflow.catalogue``; talking to a product is ``outbound`` and
``providers``. Nothing here names a particular product.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from linkflow.domain.languages import Text
from linkflow.domain.software_inputs import Input, InputSource, filled

UPLOAD = "upload"
"""In place of a product's id: the books come in a file."""
UPLOADED_FILE = "Uploaded file"
"""And in place of its name."""


OWN_PARAMS = frozenset(
    {"response_type", "response_mode", "client_id", "redirect_uri", "scope", "state", "request", "request_uri"}
    | {"code_challenge", "code_challenge_method"}
)
"""Parameters of the authorize address that linkflow itself sets or leaves out, and no file may set."""


class SoftwareKind(StrEnum):
    """How a customer shares the books of a product: by signing in to it, or by uploading a file."""

    OAUTH = "oauth"
    UPLOAD = "upload"


class ClientAuth(StrEnum):
    """Where the token request carries the client secret: in the Authorization header or in the form."""

    BASIC = "basic"
    POST = "post"


class Pkce(StrEnum):
    """Whether the product understands a code challenge. ``plain`` is not offered: it protects nothing."""

    S256 = "S256"
    OFF = "off"


class Missing(StrEnum):
    """What a product cannot give, in the words of its catalogue entry: shown as such, never as zero."""

    PROFIT_AND_LOSS = "profit_and_loss"
    BALANCE_SHEET = "balance_sheet"
    ACCOUNT_LINES = "account_lines"
    """Its statements name no accounts."""
    SUPPLIERS = "suppliers"
    BILLS = "bills"
    BILL_LINES = "bill_lines"
    TERMS = "terms"
    AMOUNT_DUE = "amount_due"
    CREDIT_NOTES = "credit_notes"
    BILL_PAYMENTS = "bill_payments"
    PAID_BILLS = "paid_bills"
    """Its payments name neither the bills nor the suppliers they are for."""
    PAYMENT_METHODS = "payment_methods"
    EXPENSES = "expenses"


@dataclass(frozen=True, kw_only=True)
class OAuth:
    """The product's authorization server. Addresses are absolute; ``scopes`` are asked for every time."""

    authorize_url: str
    token_url: str
    revoke_url: str | None = None
    issuer: str | None = None
    iss_parameter: bool = False
    """The server promises ``iss`` on the callback (RFC 9207); then its absence is an error, too."""
    client_auth: ClientAuth = ClientAuth.BASIC
    scopes: tuple[str, ...] = ()
    scopes_by_data_type: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope_separator: str = " "
    scope_on_token: bool = False
    """The token request repeats the scopes, too."""
    extra_authorize_params: Mapping[str, str] = field(default_factory=dict)
    pkce: Pkce = Pkce.S256
    callback_params: tuple[str, ...] = ()
    """Values beside ``code`` and ``state`` which the callback brings and the adapter needs."""
    required_callback_params: tuple[str, ...] = ()
    """Those without which the answer is of no use."""
    token_headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every request for tokens."""
    revoke_json: bool = False
    """The token to revoke goes as JSON, not as a form."""
    revoke_ends_all: bool = False
    """Revoking one token ends other sign-ins with this client, too: its siblings, of one person or of one company."""
    sibling_claim: str | None = None
    """What siblings have in common, as a claim of the access token, if that is a JWT."""
    sibling_param: str | None = None
    """The same as a value of the callback."""
    redirect_on_refresh: bool = False
    """A request for new tokens repeats the redirect address, too."""

    def scopes_for(self, data_types: Iterable[str]) -> tuple[str, ...]:
        """The scopes to ask for, each once, in a stable order: the general ones, then those per data type."""
        wanted = list(self.scopes)
        for data_type in sorted(data_types):
            wanted += self.scopes_by_data_type.get(data_type, ())
        return tuple(dict.fromkeys(wanted))

    def needed_for(self, data_types: Iterable[str]) -> frozenset[str]:
        """The scopes without which these kinds of data cannot be read."""
        return frozenset(scope for kind in data_types for scope in self.scopes_by_data_type.get(kind, ()))

    def scope_text(self, data_types: Iterable[str]) -> str:
        """The ``scope`` parameter of the authorize address."""
        return self.scope_separator.join(self.scopes_for(data_types))


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """How long the product's tokens live. ``refresh_days`` of None: no end is known."""

    access_seconds: int = 3600
    refresh_days: int | None = None
    rotates: bool = False
    """Each refresh answers with a new refresh token and retires the old one after ``grace_seconds``."""
    grace_seconds: int = 0
    sign_in_days: int | None = None
    """However often it is used, a sign-in ends after these; None: no such end is known."""
    refresh_life_field: str = "refresh_token_expires_in"
    """Where a token answer says for how many seconds the refresh token is good."""
    sign_in_life_field: str | None = None
    """And where, for how many more the sign-in can be used at all."""
    earliest_refresh_seconds: int | None = None
    """How long before an access token's end the product gives another one at the earliest; None: at any time."""
    spent_errors: tuple[str, ...] = ()
    """Words of its refusal, beside `invalid_grant`, that say a refresh token will never do again."""


@dataclass(frozen=True, kw_only=True)
class ConnectButton:
    """What the vendor wants the button to say that leads to its sign-in."""

    text: Text
    official: bool = False
    """It wants its own picture there, too, which only an operator can put in place."""


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """So many calls in so many seconds; ``each`` says for whom they are counted together."""

    calls: int
    seconds: int
    each: str = "tenant"
    """``tenant``: one company's books; ``grant``: one sign-in; ``client``: everybody signed in through one client."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """Where the product's data is read. A ``next`` link to any host outside ``hosts`` is not followed."""

    base_url: str
    hosts: tuple[str, ...] = ()
    page_size: int = 100
    max_concurrency: int = 4
    """Calls at once for one company's books."""
    scheme: str = "Bearer"
    """What stands before the access token in the Authorization header."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every call."""
    params: Mapping[str, str] = field(default_factory=dict)
    """In the query of every call."""
    client_id_header: str | None = None
    """A header that repeats the client id."""
    limit_words: tuple[str, ...] = ()
    """What a refusal has in its body that means too many calls, whatever its status says."""
    trace_header: str | None = None
    """Where a refusal has the name by which its vendor finds it again: that is logged."""
    limits: tuple[RateLimit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Software:
    """One row of the catalogue. ``oauth`` is present exactly when ``kind`` is ``oauth``."""

    id: str
    name: str
    vendor: str
    aliases: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """ISO 3166 two letters; empty: sold anywhere."""
    popular_rank: int | None = None
    """1 is shown first; None: after all ranked ones, by name."""
    kind: SoftwareKind = SoftwareKind.UPLOAD
    logo: str | None = None
    """Path below ``static/``; None: a neutral tile with ``initials``."""
    required_role: Text = ""
    """What one must be inside the product to approve, in the customer's words."""
    read_only: bool = False
    """The scopes asked for cannot change anything. The consent page repeats this as a fact."""
    user_rights: bool = False
    """What the access allows is what the person who signs in may do there; so is this."""
    device_warning: Text | None = None
    help: Text | None = None
    """How to sign in; of a product that takes a file, why it cannot be connected. Paragraphs have a line between."""
    connect_button: ConnectButton | None = None
    adapter: bool = False
    """linkflow can read this product's books (a module of that id exists in ``providers``)."""
    connection_only: bool = False
    """Its operator wants the connection although linkflow cannot read the books."""
    not_available: tuple[Missing, ...] = ()
    inputs: tuple[Input, ...] = ()
    oauth: OAuth | None = None
    tokens: Tokens = field(default_factory=Tokens)
    api: Api | None = None
    account_types: Mapping[str, str] = field(default_factory=dict)
    """Its types of account that say enough, each "type" or "type/subtype" as the adapter keeps them → category."""

    def at(self, given: Mapping[str, str]) -> "Software":
        """With what was given in its addresses; raises ValueError for a value that may not stand there."""
        if not self.inputs:
            return self
        found: dict[str, str] = {}
        for one in self.inputs:
            value = one.read(given.get(one.parameter or one.name))
            if value is None:
                raise ValueError(one.name)
            found[one.name] = value
        oauth = self.oauth and replace(
            self.oauth,
            authorize_url=filled(self.oauth.authorize_url, found),
            token_url=filled(self.oauth.token_url, found),
            revoke_url=self.oauth.revoke_url and filled(self.oauth.revoke_url, found),
            issuer=self.oauth.issuer and filled(self.oauth.issuer, found),
        )
        api = self.api and replace(
            self.api,
            base_url=filled(self.api.base_url, found),
            hosts=tuple(filled(host, found) for host in self.api.hosts),
        )
        return replace(self, oauth=oauth, api=api)

    @property
    def is_served(self) -> bool:
        """linkflow can read its books, or its operator wants the connection all the same."""
        return self.adapter or self.connection_only

    @property
    def can_be_told(self) -> bool:
        """There is a way to tell it that an access has ended."""
        return self.oauth is not None and self.oauth.revoke_url is not None

    @property
    def asked(self) -> tuple[Input, ...]:
        """What the customer says before signing in."""
        return tuple(one for one in self.inputs if one.source is InputSource.CUSTOMER)

    @property
    def initials(self) -> str:
        """One or two letters for the tile of a product whose mark may not be shipped."""
        words = [word for word in self.name.split() if word[0].isalnum()] or [self.name]
        return (words[0][0] + (words[1][0] if len(words) > 1 else "")).upper()

    @property
    def search_text(self) -> str:
        """Name, vendor and aliases in the form ``matches`` compares; also for search in the browser."""
        return plain(" ".join((self.name, self.vendor, *self.aliases)))

    def matches(self, query: str) -> bool:
        """Every word of the query begins or lies within a word of the product, its vendor or an alias."""
        return all(word in self.search_text for word in plain(query).split())


def plain(text: str) -> str:
    """Lower case, without accents or doubled spaces: how searches and names are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def popular_first(software: Iterable[Software]) -> tuple[Software, ...]:
    """The order of the picker: by popularity, then by name."""
    return tuple(sorted(software, key=lambda s: (s.popular_rank is None, s.popular_rank or 0, plain(s.name))))
