"""What may stand in a catalogue file ``config/software/<id>.toml``, and how it becomes a ``Software``."""

import re
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from linkflow.domain.software import (
    OWN_PARAMS,
    Api,
    ClientAuth,
    ConnectButton,
    Missing,
    OAuth,
    Pkce,
    RateLimit,
    Software,
    SoftwareKind,
    Tokens,
)
from linkflow.domain.software_inputs import PLACEHOLDER, Input, InputSource
from linkflow.software_file_values import (
    AccountType,
    Country,
    HeaderName,
    Host,
    InAddress,
    InputName,
    Line,
    Paragraphs,
    Parameter,
    Scope,
    SpentError,
    Template,
    Words,
)

_STRICT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OAuthTable(BaseModel):
    """``[oauth]``: the authorization server."""

    model_config = _STRICT

    authorize_url: Template
    token_url: Template
    revoke_url: Template | None = None
    revoke_json: bool = False
    revoke_ends_all: bool = False
    sibling_claim: Parameter | None = None
    sibling_param: Parameter | None = None
    token_headers: dict[HeaderName, Line] = Field(default_factory=dict)
    issuer: Template | None = None
    iss_parameter: bool = False
    client_auth: ClientAuth = ClientAuth.BASIC
    scopes: tuple[Scope, ...] = ()
    scopes_by_data_type: dict[Literal["financials", "spend_analysis"], tuple[Scope, ...]] = Field(default_factory=dict)
    scope_separator: Literal[" ", ",", "+"] = " "
    scope_on_token: bool = False
    extra_authorize_params: dict[Parameter, Line] = Field(default_factory=dict)
    pkce: Pkce = Pkce.S256
    callback_params: tuple[Parameter, ...] = ()
    required_callback_params: tuple[Parameter, ...] = ()
    redirect_on_refresh: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> "OAuthTable":
        if self.iss_parameter and self.issuer is None:
            raise ValueError("iss_parameter needs an issuer to compare with")
        if self.revoke_json and self.client_auth is not ClientAuth.BASIC:
            raise ValueError("revoke_json needs client_auth 'basic'")
        if (self.sibling_claim or self.sibling_param) and not self.revoke_ends_all:
            raise ValueError("sibling_claim and sibling_param are of no use without revoke_ends_all")
        if self.sibling_param and self.sibling_param not in self.callback_params:
            raise ValueError("sibling_param is not among callback_params")
        if taken := OWN_PARAMS & set(self.extra_authorize_params):
            raise ValueError(f"extra_authorize_params may not set {', '.join(sorted(taken))}")
        if unknown := set(self.required_callback_params) - set(self.callback_params):
            raise ValueError(f"required_callback_params are not among callback_params: {', '.join(sorted(unknown))}")
        return self


class TokensTable(BaseModel):
    """``[tokens]``: how long they live."""

    model_config = _STRICT

    access_seconds: int = Field(default=3600, ge=30)
    refresh_days: int | None = Field(default=None, ge=1)
    rotates: bool = False
    grace_seconds: int = Field(default=0, ge=0)
    sign_in_days: int | None = Field(default=None, ge=1)
    refresh_life_field: Parameter = "refresh_token_expires_in"
    sign_in_life_field: Parameter | None = None
    earliest_refresh_seconds: int | None = Field(default=None, ge=1)
    spent_errors: tuple[SpentError, ...] = ()


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


class LimitTable(BaseModel):
    """``[[api.limits]]``: how many calls the product allows."""

    model_config = _STRICT

    calls: int = Field(ge=1)
    seconds: int = Field(ge=1, le=86_400)
    each: Literal["tenant", "grant", "client"] = "tenant"


class ApiTable(BaseModel):
    """``[api]``: where the data is."""

    model_config = _STRICT

    base_url: Template
    hosts: tuple[Host, ...] = ()
    page_size: int = Field(default=100, ge=1, le=10_000)
    max_concurrency: int = Field(default=4, ge=1, le=32)
    scheme: Annotated[str, StringConstraints(pattern=r"^[A-Za-z-]{1,40}$")] = "Bearer"
    headers: dict[HeaderName, Line] = Field(default_factory=dict)
    params: dict[Parameter, Line] = Field(default_factory=dict)
    client_id_header: HeaderName | None = None
    limit_words: tuple[SpentError, ...] = ()
    trace_header: HeaderName | None = None
    limits: tuple[LimitTable, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "ApiTable":
        if taken := {"authorization", "host", "cookie"} & {*self.headers, self.client_id_header}:
            raise ValueError(f"headers may not set {', '.join(sorted(filter(None, taken)))}")
        return self

    def api(self) -> Api:
        """The value the rest of linkflow works with."""
        limits = tuple(RateLimit(**one.model_dump()) for one in self.limits)
        return Api(**{**self.model_dump(), "limits": limits})


class InputTable(BaseModel):
    """``[inputs.<name>]``: what stands in place of ``{name}`` in the addresses."""

    model_config = _STRICT

    source: InputSource
    parameter: Parameter | None = None
    label: Words | None = None
    hint: Words | None = None
    values: dict[Parameter, InAddress] = Field(default_factory=dict)
    labels: dict[Parameter, Words] = Field(default_factory=dict)
    pattern: Line | None = None
    default: Line | None = None
    as_host: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> "InputTable":
        if bool(self.values) == bool(self.pattern):
            raise ValueError("needs values or a pattern, and not both")
        if self.pattern and not _compiles(self.pattern):
            raise ValueError("has a pattern that is no regular expression")
        if (self.source is InputSource.CALLBACK) != (self.parameter is not None):
            raise ValueError("needs parameter exactly where the callback brings it")
        if self.source is InputSource.CALLBACK and self.default is None:
            raise ValueError("needs a default: what stands in the address the customer is sent to")
        if self.source is InputSource.CUSTOMER and not self.label:
            raise ValueError("needs a label: what the customer is asked")
        if self.default is not None and self.input("x").read(None) is None:
            raise ValueError("has a default that may not be given")
        if unknown := set(self.labels) - set(self.values):
            raise ValueError(f"has labels for what is not among its values: {', '.join(sorted(unknown))}")
        return self

    def input(self, name: str) -> Input:
        """The value the rest of linkflow works with."""
        given = self.model_dump()
        empty = {key: "" for key in ("parameter", "label", "hint", "pattern") if given[key] is None}
        return Input(name=name, **{**given, **empty})


class ConnectButtonTable(BaseModel):
    """``[connect_button]``: what the vendor wants said where its sign-in begins."""

    model_config = _STRICT

    text: Words
    official: bool = False


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
    required_role: Words | None = None
    read_only: bool = False
    user_rights: bool = False
    device_warning: Words | None = None
    help: Paragraphs | None = None
    connect_button: ConnectButtonTable | None = None
    connection_only: bool = False
    not_available: tuple[Missing, ...] = ()
    inputs: dict[InputName, InputTable] = Field(default_factory=dict)
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
        if self.kind is SoftwareKind.UPLOAD and (self.oauth or self.api or self.connect_button):
            raise ValueError("kind 'upload' has no [oauth], no [api] and no [connect_button]")
        if undeclared := self._placeholders() - set(self.inputs):
            raise ValueError(f"has addresses with inputs that are not declared: {', '.join(sorted(undeclared))}")
        kept = self.oauth.callback_params if self.oauth else ()
        if unkept := {one.parameter for one in self.inputs.values() if one.parameter} - set(kept):
            raise ValueError(f"has inputs whose parameters are not among callback_params: {', '.join(sorted(unkept))}")
        return self

    def _placeholders(self) -> set[str]:
        oauth, api = self.oauth, self.api
        addresses = [oauth.authorize_url, oauth.token_url, oauth.revoke_url, oauth.issuer] if oauth else []
        addresses += [api.base_url] if api else []
        return {name for address in addresses if address for name in PLACEHOLDER.findall(address)}

    def software(self, software_id: str, *, adapter: bool) -> Software:
        """The value the rest of linkflow works with."""
        plain = self.model_dump(exclude={"id", "oauth", "tokens", "api", "inputs", "required_role", "connect_button"})
        return Software(
            **plain,
            id=software_id,
            adapter=adapter,
            required_role=self.required_role or "",
            connect_button=ConnectButton(**self.connect_button.model_dump()) if self.connect_button else None,
            oauth=OAuth(**self.oauth.model_dump()) if self.oauth else None,
            tokens=Tokens(**self.tokens.model_dump()),
            api=self.api.api() if self.api else None,
            inputs=tuple(table.input(name) for name, table in self.inputs.items()),
        )
