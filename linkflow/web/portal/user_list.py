"""The list of users, for administrators: searched and filtered by what its address says."""

from typing import Literal, cast, get_args
from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from linkflow.domain.roles import ROLES
from linkflow.organization_sign_in import SignIn
from linkflow.services.inviting import invites
from linkflow.store.user_list import ListedUser, UserFilter, list_users
from linkflow.store.users import User
from linkflow.web.pages import render
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import INVITATIONS, INVITE, USERS, user_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.turning import search_words
from linkflow.web.portal_account_views import Role
from linkflow.web.portal_user_views import SignInKind, UserRow, UsersPage
from linkflow.web.running import ctx, href

State = Literal["active", "disabled"]


@portal("administrator")
def user_list(user: User) -> Response:
    """One page of the organization's users."""
    provider = ctx().organizations()[user.organization].sign_in
    wanted, state = _wanted(provider), request.args.get("state", "")
    with ctx().database.reading() as tx:
        found = list_users(tx, user.organization, wanted)
    kept = {"q": wanted.words, "role": wanted.role or "", "state": state if state in get_args(State) else ""}
    filters = {name: value for name, value in kept.items() if value}
    page = UsersPage(
        action=href(USERS),
        rows=tuple(_row(one, user, provider) for one in found.rows),
        invite_href=href(INVITE) if invites(ctx(), user.organization) else None,
        invitations_href=href(INVITATIONS),
        query=wanted.words,
        role=cast(Role | None, wanted.role),
        state=cast(State | None, kept["state"] or None),
        filtered=bool(filters),
        previous_href=_turned(filters, before=found.previous),
        next_href=_turned(filters, after=found.following),
    )
    return render("portal/users.html", shell=portal_shell(user), page=page)


def sign_in_kind(*, at_provider: bool, has_code: bool) -> SignInKind:
    """How somebody signs in."""
    if at_provider:
        return "single-sign-on"
    return "password-and-code" if has_code else "password"


def _row(one: ListedUser, user: User, provider: SignIn | None) -> UserRow:
    at_provider = not one.has_password or (provider is not None and (one.is_linked or not provider.local))
    return UserRow(
        href=href(user_path(one.id)),
        name=one.name,
        email=one.email,
        role=cast(Role, one.role),
        sign_in=sign_in_kind(at_provider=at_provider, has_code=one.has_code),
        signed_in_at=one.signed_in_at,
        disabled=one.disabled_at is not None,
        is_you=one.id == user.id,
    )


def _wanted(provider: SignIn | None) -> UserFilter:
    asked = request.args
    return UserFilter(
        words=search_words(),
        role=asked["role"] if asked.get("role") in ROLES else None,
        disabled={"active": False, "disabled": True}.get(asked.get("state", "")),
        issuer=provider.issuer if provider else None,
        before=asked.get("before"),
        after=asked.get("after"),
    )


def _turned(filters: dict[str, str], **mark: str | None) -> str | None:
    marks = {name: value for name, value in mark.items() if value}
    return f"{href(USERS)}?{urlencode({**filters, **marks})}" if marks else None
