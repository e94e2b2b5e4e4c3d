"""The list of companies, where the portal opens: searched, filtered and sorted by what its address says."""

from typing import cast, get_args

from flask import redirect, request
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path
from linkflow.domain.requests import ConnectionState, DataType, SyncState
from linkflow.services import browsing, signing_in
from linkflow.services.browsing import EVERYBODY, MINE, SIZES, BrowsedCompanies, WantedCompanies
from linkflow.store.companies import Company
from linkflow.store.company_list import Sort
from linkflow.store.company_rows import ListedEntity
from linkflow.store.users import User
from linkflow.web.company_list_views import CompaniesPage, CompanyRow, Download, ListedEntityRow
from linkflow.web.customer_views import FILE_STATES, EntityState
from linkflow.web.pages import render
from linkflow.web.portal.figure_views import downloads
from linkflow.web.portal.guard import portal
from linkflow.web.portal.paths import (
    COMPANIES,
    company_delete_path,
    company_edit_path,
    company_import_path,
    new_company_path,
    new_request_path,
    with_query,
)
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.turning import Sorting, page_size, search_words, sorting
from linkflow.web.portal_views import Status
from linkflow.web.running import ctx, href

NOT_ASKED = "not-asked"
SHOWN_ENTITIES = 5
_USUAL = Sorting(Sort.CHANGED, descending=True)
_FALLING_FIRST = {Sort.CREATED, Sort.CHANGED, Sort.REPORTS}
_WITHOUT_BOOKS: dict[str | None, EntityState] = {
    ConnectionState.NEEDS_REAUTH: "reconnect",
    ConnectionState.PENDING: "pending",
    ConnectionState.DISCONNECTED: "disconnected",
}


@portal("viewer")
def start(_user: User) -> Response:
    """The portal opens with the list."""
    return redirect(href(COMPANIES), 303)


@portal("viewer")
def company_list(user: User) -> Response:
    """One page of the companies in the user's sight."""
    wanted = _wanted()
    found = browsing.browse(ctx(), user, wanted)
    return render("portal/companies.html", shell=portal_shell(user), page=_page(user, wanted, found))


def _wanted() -> WantedCompanies:
    asked = request.args
    status, sort = asked.get("status", ""), sorting(_USUAL)
    return WantedCompanies(
        of=asked.get("of", "")[:40] or MINE,
        words=search_words(),
        status="" if status == NOT_ASKED else status if status in get_args(Status) else None,
        sort=sort.column,
        descending=sort.descending,
        size=page_size(),
        before=asked.get("before"),
        after=asked.get("after"),
    )


def _page(user: User, wanted: WantedCompanies, found: BrowsedCompanies) -> CompaniesPage:
    acts = signing_in.may(user, "manager")
    status = NOT_ASKED if wanted.status == "" else wanted.status or ""
    filters = {"q": wanted.words, "status": status, "of": wanted.of if wanted.of != MINE else ""}
    sort = Sorting(wanted.sort, wanted.descending)
    kept = {**filters, "size": str(wanted.size) if wanted.size != SIZES[0] else "", "sort": sort.word}
    page, chooses = found.page, bool(found.users)
    own = chooses and wanted.of == MINE
    return CompaniesPage(
        action=href(COMPANIES),
        rows=tuple(_row(one, found, acts=acts) for one in found.companies),
        sorts=tuple(sort.link(one, COMPANIES, kept, falling_first=one in _FALLING_FIRST) for one in Sort),
        query=wanted.words,
        status=status,
        of=wanted.of if chooses else MINE,
        size=wanted.size,
        sort=sort.word,
        sizes=SIZES,
        users=tuple((one.id, one.name) for one in found.users if one.id != user.id),
        chooses=chooses,
        any_at_all=found.any_at_all,
        narrowed=bool(wanted.words or status),
        mine_only=own,
        new_href=href(new_company_path()) if acts else None,
        import_href=href(company_import_path()) if acts else None,
        everything_href=_address({**(filters if own else {}), "of": EVERYBODY if chooses else ""}),
        before_href=_address(kept, before=page.before) if page.before else None,
        after_href=_address(kept, after=page.after) if page.after else None,
    )


def _row(one: Company, found: BrowsedCompanies, *, acts: bool) -> CompanyRow:
    itself, *others = found.entities.get(one.id, ())
    named = [entity for entity in others if entity.name]
    return CompanyRow(
        id=one.id,
        name=one.name,
        description=one.description,
        href=href(company_page_path(one.id)),
        contact_name=one.contact_name,
        contact_email=one.contact_email,
        users=found.assigned.get(one.id, ()),
        status=cast("Status | None", one.status),
        status_at=one.status_at,
        created_at=one.created_at,
        downloads=_downloads(itself),
        entities=tuple(
            ListedEntityRow(name=entity.name or one.name, state=_state(entity), downloads=_downloads(entity))
            for entity in named[:SHOWN_ENTITIES]
        ),
        hidden=max(0, len(named) - SHOWN_ENTITIES),
        request_href=href(new_request_path(one.id)) if acts else None,
        edit_href=href(company_edit_path(one.id)) if acts else None,
        delete_href=href(company_delete_path(one.id)) if acts else None,
    )


def _downloads(entity: ListedEntity) -> tuple[Download, ...]:
    there = {DataType.FINANCIALS: entity.has_financials, DataType.SPEND_ANALYSIS: entity.has_spend}
    kinds = (kind for kind in DataType if there[kind])
    return tuple(one for kind in kinds for one in downloads(entity.company_id, entity.id, kind))


def _state(entity: ListedEntity) -> EntityState:
    if entity.connection == ConnectionState.LINKED:
        ended: dict[str | None, EntityState] = {SyncState.FAILED: "failed", SyncState.DONE: "available"}
        return ended.get(entity.sync, "reading")
    if entity.upload is not None and entity.connection != ConnectionState.NEEDS_REAUTH:
        return FILE_STATES[entity.upload]
    return _WITHOUT_BOOKS.get(entity.connection, "not-started")


def _address(kept: dict[str, str], **mark: str) -> str:
    return href(with_query(COMPANIES, **{**kept, **mark}))
