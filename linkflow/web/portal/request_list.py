"""The list of requests: searched and filtered by what its address says."""

from typing import cast, get_args
from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path, request_page_path
from linkflow.services.sight import seen_by
from linkflow.store import portal as rows
from linkflow.store.portal import ListedRequest, RequestFilter
from linkflow.store.users import User
from linkflow.web.pages import render
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import REQUESTS
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.turning import search_words
from linkflow.web.portal_views import RequestRow, RequestsPage, Status
from linkflow.web.running import ctx, href


@portal("viewer")
def request_list(user: User) -> Response:
    """One page of the organization's requests."""
    wanted = _wanted(user)
    with ctx().database.reading() as tx:
        found = rows.list_requests(tx, user.organization, wanted)
    kept = {"q": wanted.words, "status": wanted.status or "", "mine": "yes" if wanted.assigned_to else ""}
    filters = {name: value for name, value in kept.items() if value}
    page = RequestsPage(
        action=href(REQUESTS),
        rows=tuple(request_row(one) for one in found.rows),
        query=wanted.words,
        status=cast(Status | None, wanted.status),
        mine=wanted.assigned_to is not None,
        filtered=bool(filters),
        newer_href=_turned(filters, after=found.newer),
        older_href=_turned(filters, before=found.older),
    )
    return render("portal/requests.html", shell=portal_shell(user), page=page)


def request_row(one: ListedRequest) -> RequestRow:
    """A request as a line of a table."""
    return RequestRow(
        href=href(request_page_path(one.id)),
        company_href=href(company_page_path(one.company_id)),
        company_name=one.company_name,
        contact_name=one.contact_name,
        contact_email=one.contact_email,
        request_name=one.name,
        data_types=tuple(one.data_types.split(",")),
        status=cast(Status, one.status),
        status_at=one.status_at,
        phrase=one.phrase,
        created_at=one.created_at,
        due_on=one.due_on,
    )


def _wanted(user: User) -> RequestFilter:
    asked = request.args
    status = asked.get("status", "")
    return RequestFilter(
        words=search_words(),
        status=status if status in get_args(Status) else None,
        assigned_to=user.id if asked.get("mine") == "yes" else None,
        seen_by=seen_by(ctx(), user),
        before=asked.get("before"),
        after=asked.get("after"),
    )


def _turned(filters: dict[str, str], **mark: str | None) -> str | None:
    marks = {name: value for name, value in mark.items() if value}
    return f"{href(REQUESTS)}?{urlencode({**filters, **marks})}" if marks else None
