"""The frame of the portal's pages: the organization's look, who is signed in, and what the last action came to."""

from typing import Any, cast

from linkflow.languages import SOURCE
from linkflow.organization_model import Organization
from linkflow.services import signing_in
from linkflow.store.users import User
from linkflow.web.forms import button
from linkflow.web.portal import session
from linkflow.web.portal.paths import (
    ACCOUNT,
    AUDIT_LOG,
    COMPANIES,
    FORECAST,
    FUNNEL,
    GALLERY,
    NEW_REQUEST,
    REQUESTS,
    SIGN_OUT,
    USERS,
)
from linkflow.web.portal_account_views import Role
from linkflow.web.portal_views import NavigationItem, PortalShell
from linkflow.web.running import ctx, href
from linkflow.web.shells import organization_shell

# Where one can go: key, path, the least role that may, and the pages that belong there, its own first.
_COMPANY = (
    "company", "new-company", "edit-company", "delete-company", "company-links",
    "company-import", "import-check", "import-progress", "import-request", "approve-company", "end-connection",
    "correction", "rename-entity", "remove-entity",
    "financials", "financial-category", "financial-account", "financial-ratio", "categories",
)  # fmt: skip
_REQUEST = ("request", "choose-company", "new-request", "extend-request", "withdraw-request")
_NAVIGATION: tuple[tuple[str, str, Role, tuple[str, ...]], ...] = (
    ("companies", COMPANIES, "viewer", ("companies", *_COMPANY)),
    ("requests", REQUESTS, "viewer", ("requests", *_REQUEST)),
    ("forecast", FORECAST, "viewer", ("forecast", "ask-again", "asking-batch")),
    ("users", USERS, "administrator", ("users", "user", "invite", "invitations")),
    ("funnel", FUNNEL, "administrator", ("funnel",)),
    ("audit-log", AUDIT_LOG, "administrator", ("audit-log",)),
    ("gallery", GALLERY, "administrator", ("gallery", "gallery-page")),
)


def portal_shell(user: User) -> PortalShell:
    """The frame for a signed-in user; takes the notice, so it is made once a page."""
    return PortalShell(
        **_look(user.organization),
        user_name=user.name,
        role=cast(Role, user.role),
        account_href=href(ACCOUNT),
        companies_href=href(COMPANIES),
        requests_href=href(REQUESTS),
        navigation=tuple(
            NavigationItem(key=key, href=href(path), pages=pages)
            for key, path, least, pages in _NAVIGATION
            if signing_in.may(user, least)
        ),
        new_request_href=href(NEW_REQUEST) if signing_in.may(user, "manager") else None,
        sign_out=button(SIGN_OUT),
        notice=session.told(),
    )


def bare_shell(organization: Organization | None) -> PortalShell:
    """The frame of a page nobody is signed in on: an organization's, or nobody's."""
    return PortalShell(**_look(organization.slug if organization else None), notice=session.told())


def sole_organization() -> Organization | None:
    """Whose the pages for all are: the only organization's, where just one is served."""
    served = ctx().organizations()
    return next(iter(served.values())) if len(served) == 1 else None


def _look(slug: str | None) -> dict[str, Any]:
    look = organization_shell(ctx().organizations()[slug] if slug else None, language=SOURCE)
    shared = ("organization", "theme_href", "logo_url", "logo_alt", "icon_url", "language", "timezone", "help")
    return {name: getattr(look, name) for name in shared}
