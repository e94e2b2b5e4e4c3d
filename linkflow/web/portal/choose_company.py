"""Whom a new request is for: the companies in the user's sight, searched and turned by what the address says."""

from typing import cast
from urllib.parse import urlencode

from flask import Response as Answer
from flask import request

from linkflow.services import browsing
from linkflow.services.browsing import EVERYBODY, WantedCompanies
from linkflow.store.companies import Company
from linkflow.store.company_list import Sort
from linkflow.store.users import User
from linkflow.web.company_list_views import ChooseCompanyPage, CompanyChoice
from linkflow.web.pages import render
from linkflow.web.portal.ask_form import NEW
from linkflow.web.portal.paths import NEW_REQUEST, new_request_path
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.turning import search_words
from linkflow.web.portal_views import Status
from linkflow.web.running import ctx, href


def choose_company(user: User) -> Answer | None:
    """A page of them by name; None where there is no company to choose."""
    words = search_words()
    before, after = request.args.get("before"), request.args.get("after")
    by_name = WantedCompanies(of=EVERYBODY, words=words, sort=Sort.NAME, descending=False, before=before, after=after)
    found = browsing.browse(ctx(), user, by_name)
    if not found.any_at_all:
        return None
    page = ChooseCompanyPage(
        action=href(NEW_REQUEST),
        rows=tuple(_choice(one) for one in found.companies),
        query=words,
        new_href=href(new_request_path(NEW)),
        before_href=_turned(words, before=found.page.before),
        after_href=_turned(words, after=found.page.after),
    )
    return render("portal/choose-company.html", shell=portal_shell(user), page=page)


def _choice(one: Company) -> CompanyChoice:
    return CompanyChoice(
        name=one.name,
        contact_name=one.contact_name,
        contact_email=one.contact_email,
        status=cast("Status | None", one.status),
        status_at=one.status_at,
        href=href(new_request_path(one.id)),
    )


def _turned(words: str, **mark: str | None) -> str | None:
    (to,) = mark.values()
    kept = {name: value for name, value in {"q": words, **mark}.items() if value}
    return f"{href(NEW_REQUEST)}?{urlencode(kept)}" if to else None
