"""What linkflow knows about one accounting product: its names, how one signs in to it, where its data lies.

Values only. Reading the catalogue files is ``linkflow.catalogue``; talking to a product is ``outbound`` and
``providers``. Nothing here names a particular product.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

UPLOAD = "upload"
"""In place of a product's id: the books come in a file."""
UPLOADED_FILE = "Uploaded file"
"""And in place of its name."""


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
    extra_authorize_params: Mapping[str, str] = field(default_factory=dict)
    pkce: Pkce = Pkce.S256
    callback_params: tuple[str, ...] = ()
    """Values beside ``code`` and ``state`` which the callback brings and the adapter needs."""

    def scopes_for(self, data_types: Iterable[str]) -> tuple[str, ...]:
        """The scopes to ask for, each once, in a stable order: the general ones, then those per data type."""
        wanted = list(self.scopes)
        for data_type in sorted(data_types):
            wanted += self.scopes_by_data_type.get(data_type, ())
        return tuple(dict.fromkeys(wanted))

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

    def sign_in_ends_at(self, *, granted_at: datetime, renewed_at: datetime) -> datetime | None:
        """When a sign-in runs out unless it is used before; None where no end is known."""
        began_at = renewed_at if self.rotates else granted_at
        return began_at + timedelta(days=self.refresh_days) if self.refresh_days is not None else None


@dataclass(frozen=True, kw_only=True)
class Api:
    """Where the product's data is read. A ``next`` link to any host outside ``hosts`` is not followed."""

    base_url: str
    hosts: tuple[str, ...] = ()
    page_size: int = 100
    max_concurrency: int = 4


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
    required_role: str = ""
    """What one must be inside the product to approve, in the customer's words."""
    read_only: bool = False
    """The scopes asked for cannot change anything. The consent page repeats this as a fact."""
    device_warning: str | None = None
    help: str | None = None
    adapter: bool = False
    """linkflow can read this product's books (a module of that id exists in ``providers``)."""
    connection_only: bool = False
    """Its operator wants the connection although linkflow cannot read the books."""
    oauth: OAuth | None = None
    tokens: Tokens = field(default_factory=Tokens)
    api: Api | None = None
    account_types: Mapping[str, str] = field(default_factory=dict)
    """Its types of account that say enough, each "type" or "type/subtype" as the adapter keeps them → category."""

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
