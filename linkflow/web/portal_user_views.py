"""What the administrators' pages about users are given; see `portal_views.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from linkflow.web.page_views import FormView
from linkflow.web.portal_account_views import Role

SignInKind = Literal["password", "password-and-code", "single-sign-on"]


@dataclass(frozen=True, kw_only=True)
class UserRow:
    """One line of the list."""

    href: str
    name: str
    email: str
    role: Role
    sign_in: SignInKind
    signed_in_at: datetime | None
    disabled: bool
    is_you: bool


@dataclass(frozen=True, kw_only=True)
class UsersPage:
    """The list. Filters are a GET with `q`, `role` and `state`; they live in the address."""

    action: str
    rows: tuple[UserRow, ...]
    invite_href: str | None
    invitations_href: str
    query: str = ""
    role: Role | None = None
    state: Literal["active", "disabled"] | None = None
    filtered: bool = False
    previous_href: str | None = None
    next_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class UserPage:
    """One user. What may not be done is None; `form` posts `role`, and is None where the provider's groups decide.

    Everything is None on one's own page.
    """

    name: str
    email: str
    role: Role
    sign_in: SignInKind
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None
    users_href: str
    companies_href: str
    log_href: str
    account_href: str | None = None
    form: FormView | None = None
    disable: FormView | None = None
    enable: FormView | None = None
    end_sessions: FormView | None = None
    remove_second_factor: FormView | None = None


@dataclass(frozen=True, kw_only=True)
class InvitePage:
    """`form` posts `email` and `role`."""

    form: FormView
    users_href: str
    invitations_href: str


@dataclass(frozen=True, kw_only=True)
class InvitationRow:
    """An invitation that was not accepted yet; `expired` ones can be sent again."""

    email: str
    role: Role
    invited_by: str | None
    created_at: datetime
    expires_at: datetime
    expired: bool
    resend: FormView
    withdraw: FormView


@dataclass(frozen=True, kw_only=True)
class InvitationsPage:
    """Those not accepted yet, youngest first."""

    rows: tuple[InvitationRow, ...]
    users_href: str
    invite_href: str
    first_href: str | None = None
    older_href: str | None = None
