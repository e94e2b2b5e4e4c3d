"""What may stand in a catalogue file ``config/software/<id>.toml``, and how it becomes a ``Software``."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from linkflow.domain.software import Api, ClientAuth, OAuth, Pkce, Software, SoftwareKind, Tokens
from linkflow.settings_values import checked_url

_STRICT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

Url = Annotated[str, AfterValidator(checked_url)]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Scope = Annotated[str, StringConstraints(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]+$")]
Parameter = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]{1,5})?$")]
AccountType = Annotated[str, StringConstraints(pattern=r"^[^\s/]([^/]*[^\s/])?(/[^\s/]([^/]*[^\s/])?)?$")]
OURS = frozenset(
    {"client_id", "response_type", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"}
)
"""Parameters of the authorize address that linkflow itself sets and no file may."""


class OAuthTable(BaseModel):
    """``[oauth]``: the authorization server."""

    model_config = _STRICT

    authorize_url: Url
    token_url: Url
    revoke_url: Url | None = None
    issuer: Url | None = None
    iss_parameter: bool = False
    client_auth: ClientAuth = ClientAuth.BASIC
    scopes: tuple[Scope, ...] = ()
    scopes_by_data_type: dict[Literal["financials", "spend_analysis"], tuple[Scope, ...]] = Field(default_factory=dict)
    scope_separator: Literal[" ", ",", "+"] = " "
    extra_authorize_params: dict[Parameter, Line] = Field(default_factory=dict)
    pkce: Pkce = Pkce.S256
    callback_params: tuple[Parameter, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "OAuthTable":
        if self.iss_parameter and self.issuer is None:
            raise ValueError("iss_parameter needs an issuer to compare with")
        if taken := OURS & set(self.extra_authorize_params):
            raise ValueError(f"extra_authorize_params may not set {', '.join(sorted(taken))}")
        return self


class TokensTable(BaseModel):
    """``[tokens]``: how long they live."""

    model_config = _STRICT

    access_seconds: int = Field(default=3600, ge=30)
    refresh_days: int | None = Field(default=None, ge=1)
    rotates: bool = False
    grace_seconds: int = Field(default=0, ge=0)


class ApiTable(BaseModel):
    """``[api]``: where the data is."""

    model_config = _STRICT

    base_url: Url
    hosts: tuple[Host, ...] = ()
    page_size: int = Field(default=100, ge=1, le=10_000)
    max_concurrency: int = Field(default=4, ge=1, le=32)


class SoftwareFile(BaseModel):
    """A whole catalogue file."""

    model_config = _STRICT

    id: str | None = None
    name: Line
    vendor: Line
    aliases: tuple[Line, ...] = ()
    countries: tuple[Country, ...] = ()
    popular_rank: int | None = Field(default=None, ge=1)
    kind: SoftwareKind = SoftwareKind.UPLOAD
    logo: Annotated[str, StringConstraints(pattern=r"^software/[a-z0-9_.-]+\.(svg|png)$")] | None = None
    required_role: Line | None = None
    read_only: bool = False
    device_warning: Line | None = None
    help: Line | None = None
    connection_only: bool = False
    oauth: OAuthTable | None = None
    tokens: TokensTable = Field(default_factory=TokensTable)
    api: ApiTable | None = None
    account_types: dict[AccountType, Line] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> "SoftwareFile":
        if self.kind is SoftwareKind.OAUTH and self.oauth is None:
            raise ValueError("kind 'oauth' needs a table [oauth]")
        if self.kind is SoftwareKind.OAUTH and not self.required_role:
            raise ValueError("kind 'oauth' needs required_role: who may approve, in the customer's words")
        if self.kind is SoftwareKind.UPLOAD and (self.oauth or self.api):
            raise ValueError("kind 'upload' has no [oauth] and no [api]")
        return self

    def software(self, software_id: str, *, adapter: bool) -> Software:
        """The value the rest of linkflow works with."""
        plain = self.model_dump(exclude={"id", "oauth", "tokens", "api", "required_role"})
        return Software(
            **plain,
            id=software_id,
            adapter=adapter,
            required_role=self.required_role or "",
            oauth=OAuth(**self.oauth.model_dump()) if self.oauth else None,
            tokens=Tokens(**self.tokens.model_dump()),
            api=Api(**self.api.model_dump()) if self.api else None,
        )
