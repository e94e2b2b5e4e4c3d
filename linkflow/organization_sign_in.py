"""How an organization's people sign in at their own provider, by OpenID Connect: what ``[sign_in]`` may say.

The client secret never stands in the file; it comes from the environment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from linkflow.domain.roles import highest
from linkflow.settings_values import checked_url

_SCOPES = ("openid", "email", "profile")
_PRINTABLE = r"^[\x21-\x7e]+$"

Issuer = Annotated[str, AfterValidator(checked_url), StringConstraints(max_length=255)]
Scope = Annotated[str, StringConstraints(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]+$", max_length=100)]
Group = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Host = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z0-9.-]+(:[0-9]{1,5})?$", max_length=255)]
Domain = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=253)]


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """An organization's provider. ``issuer`` is compared letter by letter, a slash at its end included."""

    issuer: str
    client_id: str
    groups: Mapping[str, str]
    """Group → role."""
    groups_claim: str = "groups"
    scopes: tuple[str, ...] = _SCOPES
    hosts: tuple[str, ...] = ()
    """Hosts besides the issuer's own on which its addresses may lie."""
    local: bool = True
    """Whether accounts with a password may still sign in."""
    email_domains: tuple[str, ...] = ()
    """Whose addresses may sign in; empty: any."""
    emails_verified: bool = False
    """The provider names verified addresses only, and does not say so in each token."""

    def role_of(self, groups: Iterable[str]) -> str | None:
        """The highest role any of the groups has; None: none of them may use the portal."""
        return highest({self.groups[group] for group in groups if group in self.groups})

    def admits(self, email: str) -> bool:
        """Whether the address lies in one of the allowed domains."""
        return not self.email_domains or email.rpartition("@")[2].casefold() in self.email_domains


class SignInTable(BaseModel):
    """``[sign_in]``, and ``[sign_in.groups]`` with one line a group: ``"bank-rm" = "manager"``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)

    issuer: Issuer
    """https, or http on this machine; exactly as the provider spells it."""
    client_id: Annotated[str, StringConstraints(pattern=_PRINTABLE, max_length=255)]
    """As the provider gave it; the secret comes from the environment."""
    groups: Annotated[dict[Group, Literal["viewer", "manager", "administrator"]], Field(min_length=1)]
    """Which of its groups may use the portal, and as what."""
    groups_claim: Annotated[str, StringConstraints(pattern=_PRINTABLE, max_length=200)] = "groups"
    """The claim that lists somebody's groups."""
    scopes: Annotated[tuple[Scope, ...], Field(max_length=20)] = _SCOPES
    """What is asked for; `openid` is always needed."""
    hosts: Annotated[tuple[Host, ...], Field(max_length=10)] = ()
    """For a provider whose addresses lie on more hosts than its issuer's."""
    local: bool = True
    """Accounts with a password may still sign in."""
    email_domains: Annotated[tuple[Domain, ...], Field(max_length=50)] = ()
    """Whose addresses may sign in; anybody's when not given."""
    emails_verified: bool = False
    """For a provider that verifies every address and sends no ``email_verified``."""

    @field_validator("scopes")
    @classmethod
    def _openid(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in value:
            raise ValueError("should hold 'openid', without which nobody is named")
        return value

    @model_validator(mode="after")
    def _own_domains(self) -> "SignInTable":
        if self.emails_verified and not self.email_domains:
            raise ValueError("emails_verified needs email_domains: the provider is believed about your own only")
        return self
