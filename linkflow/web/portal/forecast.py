"""Connections that need a person within thirty days: searched, filtered and sorted by what the address says."""

from collections.abc import Collection
from typing import cast, get_args

from flask import request
from werkzeug.wrappers import Response

from linkflow.domain.links import company_page_path
from linkflow.domain.upkeep import Why
from linkflow.services import foreseeing, signing_in
from linkflow.services.browsing import EVERYBODY, MINE, SIZES
from linkflow.services.foreseeing import BrowsedForecast, WantedForecast
from linkflow.services.sight import seen_by
from linkflow.store import asking_lists, portal
from linkflow.store.asking_lists import ListedBatch
from linkflow.store.askings import BatchState
from linkflow.store.forecast import Asked, Foreseen, Sort
from linkflow.store.users import User
from linkflow.web import portal_forecast_views as views
from linkflow.web.forms import Form, button, form_view
from linkflow.web.pages import render
from linkflow.web.portal.guard import portal as portal_page
from linkflow.web.portal.paths import ASKING, FORECAST, batch_path, with_query
from linkflow.web.portal.shell import portal_shell
from linkflow.web.portal.turning import Sorting, page_size, search_words, sorting
from linkflow.web.portal_forecast_views import BatchRow, ForecastPage, ForecastRow
from linkflow.web.running import ctx, href

_BATCHES = 5
_COLUMNS = (Sort.COMPANY, Sort.SOFTWARE, Sort.WHY, Sort.DUE, Sort.USERS, Sort.ASKED)
"""As they stand in the table."""
_USUAL = Sorting(Sort.DUE, descending=False)
_WHYS = get_args(views.Why)


@portal_page("viewer")
def forecast(user: User) -> Response:
    """One page of them, and the batches asked last."""
    return render("portal/forecast.html", shell=portal_shell(user), page=_page(user, _wanted(), ()))


def refused(user: User, form: Form, ticked: Collection[str]) -> Response:
    """The same once more, with what is wrong with what was ticked, and with the ticks."""
    page = _page(user, _wanted(), ticked, form)
    return render("portal/forecast.html", shell=portal_shell(user), page=page, status=form.status)


def narrowed_path(path: str) -> str:
    """A path with what the address at hand says of filters and order."""
    names = ("q", "why", "software", "asked", "of", "size", "sort", "before", "after")
    return with_query(path, **{name: request.args.get(name) for name in names})


def _wanted() -> WantedForecast:
    asked = request.args
    sort, why, how = sorting(_USUAL), asked.get("why", ""), asked.get("asked", "")
    return WantedForecast(
        of=asked.get("of", "")[:40] or MINE,
        words=search_words(),
        why=Why(why) if why in list(Why) else None,
        software=asked.get("software") if asked.get("software") in ctx().catalogue else None,
        asked=Asked(how) if how in list(Asked) else None,
        sort=sort.column,
        descending=sort.descending,
        size=page_size(),
        before=asked.get("before"),
        after=asked.get("after"),
    )


def _page(user: User, wanted: WantedForecast, ticked: Collection[str], form: Form | None = None) -> ForecastPage:
    found = foreseeing.browse(ctx(), user, wanted)
    acts, chooses = signing_in.may(user, "manager"), bool(found.users)
    filters = {
        "q": wanted.words,
        "why": wanted.why or "",
        "software": wanted.software or "",
        "asked": wanted.asked or "",
        "of": wanted.of if wanted.of != MINE else "",
    }
    sort = Sorting(wanted.sort, wanted.descending)
    kept = {**filters, "size": str(wanted.size) if wanted.size != SIZES[0] else "", "sort": sort.word}
    page, every = found.page, request.args.get("chosen") == "all"
    marks = {"before": wanted.before or "", "after": wanted.after or ""}
    asks = with_query(ASKING, **kept, **marks)
    return ForecastPage(
        action=href(FORECAST),
        form=form_view(form, asks) if form else button(asks) if acts and page.rows else None,
        rows=tuple(_row(one, found, chosen=every or one.connection_id in ticked) for one in page.rows),
        sorts=tuple(sort.link(one, FORECAST, kept) for one in _COLUMNS),
        counts=tuple((cast(views.Why, why), found.counts[Why(why)]) for why in _WHYS if Why(why) in found.counts),
        query=wanted.words,
        why=wanted.why.value if wanted.why else None,
        software=wanted.software or "",
        products=_products(),
        asked=wanted.asked.value if wanted.asked else None,
        of=wanted.of if chooses else MINE,
        size=wanted.size,
        sort=sort.word,
        sizes=SIZES,
        users=tuple((one.id, one.name) for one in found.users if one.id != user.id),
        chooses=chooses,
        narrowed=any(filters[name] for name in ("q", "why", "software", "asked")),
        batches=_batches(user),
        everything_href=_address({"of": EVERYBODY}) if found.elsewhere else None,
        all_href=_address({**kept, **marks, "chosen": "all"}) if acts and not every else None,
        before_href=_address(kept, before=page.before) if page.before else None,
        after_href=_address(kept, after=page.after) if page.after else None,
    )


def _products() -> tuple[tuple[str, str], ...]:
    """What one can sign in to."""
    return tuple((one.id, one.name) for one in ctx().catalogue.values() if one.oauth is not None)


def _row(one: Foreseen, found: BrowsedForecast, *, chosen: bool) -> ForecastRow:
    return ForecastRow(
        id=one.connection_id,
        company_name=one.company_name,
        company_href=href(company_page_path(one.company_id)),
        entity_name=one.entity_name,
        contact_name=one.contact_name,
        contact_email=one.contact_email,
        software_name=ctx().software_name(one.software),
        tenant_name=one.tenant_name,
        users=found.assigned.get(one.company_id, ()),
        why=cast(views.Why, one.why),
        due_at=one.due_at,
        days=max(0, (one.due_at - ctx().now()).days) if one.due_at else None,
        lost_at=one.lost_at,
        asked_at=one.asked_at,
        opened_at=one.opened_at,
        chosen=chosen,
    )


def _batches(user: User) -> tuple[BatchRow, ...]:
    with ctx().database.reading() as tx:
        found = asking_lists.latest_batches(tx, user.organization, by=seen_by(ctx(), user), limit=_BATCHES)
        names = portal.user_names(tx, user.organization, {one.user_id for one in found})
    return tuple(_batch(one, names) for one in found)


def _batch(one: ListedBatch, names: dict[str, str]) -> BatchRow:
    return BatchRow(
        href=href(batch_path(one.id)),
        at=one.created_at,
        by=names.get(one.user_id, ""),
        total=one.total,
        done=one.done,
        waiting=one.waiting,
        busy=one.state == BatchState.ASKING,
    )


def _address(kept: dict[str, str], **mark: str) -> str:
    return href(with_query(FORECAST, **{**kept, **mark}))
