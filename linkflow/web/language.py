"""Which language a customer's page is in, and the switch to another.

Among those the organization offers: what the customer has switched to, else what the request names, else what the
browser asks for, else the organization's first. The switch changes nothing but words, so it needs no token: that no
other site presses it is checked as for every form.
"""

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

from flask import current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from linkflow.domain.errors import LinkflowError, NotFound
from linkflow.domain.links import step_path
from linkflow.languages import SOURCE, language_name, nearest_shipped
from linkflow.organization_model import Organization
from linkflow.services import linking
from linkflow.web import browser
from linkflow.web.marks import public
from linkflow.web.page_views import LanguageChoice, LanguageSwitch
from linkflow.web.running import ctx, href

PATH = "/language"
_KEY = "t"
_CUSTOMERS = "linkflow."
"""So begin the endpoints of customer pages, wherever linkflow is mounted."""
_ANSWERED_ONCE = "linkflow.callback"
"""Where a software's answer arrives, which is taken once."""


def chosen(organization: Organization | None, named: str = "") -> str:
    """The language of this page; `named` is the request's, empty where it names none."""
    wanted = (browser.kept().get(_KEY), named, *_asked_for())
    if organization is not None:
        return organization.language(*wanted)
    return next((known for tag in wanted if tag and (known := nearest_shipped(tag))), SOURCE)


def switch(organization: Organization, language: str, page: str | None = None) -> LanguageSwitch | None:
    """The languages to change to, and the page to come back to, which is this one if none is told; None without."""
    if len(organization.languages) < 2 or (page := page or _this_page()) is None:
        return None
    offered = organization.languages
    every = tuple(LanguageChoice(name=language_name(tag, offered), tag=tag, current=tag == language) for tag in offered)
    return LanguageSwitch(action=href(PATH), page=page, choices=every)


@public
def change() -> Response:
    """Keep what was chosen, in this browser and with a request it has open, and go back to the page."""
    tag, page = request.form.get("language", ""), request.form.get("page", "")
    if not any(tag in organization.languages for organization in ctx().organizations().values()):
        raise NotFound
    back = _matched(page)
    if back is None:
        raise NotFound
    browser.state()[_KEY] = tag
    browser.changed()
    with suppress(LinkflowError):
        _keep(back[1], tag)
    return redirect(back[0], 303)


def _keep(page: Mapping[str, str], tag: str) -> None:
    """With the page's request, so that its mails speak it too; a browser that may not open it changes only itself."""
    app = ctx()
    issues = {one.link_id: one.issue for one in browser.openings(app.now())}
    if "token" in page or "request_id" in page:
        request_id = page.get("request_id") or linking.open_link(app, page["token"]).request_id
        with app.database.reading() as tx:
            visit = linking.visit(app, tx, request_id, issues)
        if tag in app.organizations()[visit.link.organization].languages:
            linking.speak(app, visit.link, tag)


def _this_page() -> str | None:
    """The address of this page for a GET, also where it answers a form sent to an address below it."""
    path = request.path
    if request.method == "GET" and _matched(path):
        return f"{path}?{query}" if (query := urlencode([*request.args.items(multi=True)])) else path
    while len(path) > 1:
        if _matched(path):
            return path
        path = path.rpartition("/")[0]
    request_id = (request.view_args or {}).get("request_id")
    return href(step_path(request_id, "onward")) if request_id else None


def _asked_for() -> list[str]:
    """What the browser asks for, the most wanted first, as tags are written here (`pt-BR`)."""
    return [_tag(value) for value, quality in request.accept_languages if quality > 0]


def _tag(value: str) -> str:
    plain, *rest = value.replace("_", "-").split("-")
    return "-".join([plain.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])


def _matched(page: str) -> tuple[str, dict[str, str]] | None:
    """A customer's page of ours, its address made anew from its parts; None for anything else."""
    path, _, query = page.partition("?")
    routes = current_app.url_map.bind("")
    try:
        endpoint, parts = routes.match(path, method="GET")
    except HTTPException:
        return None
    if not endpoint.startswith(_CUSTOMERS) or endpoint == _ANSWERED_ONCE:
        return None
    address, asked = routes.build(endpoint, parts), urlencode(parse_qsl(query))
    return f"{address}?{asked}" if asked else address, dict(parts)
