"""Where faults strike: around API answers and the token endpoint, which know nothing of it themselves."""

import time
from collections.abc import Iterator, Sequence

from flask import Flask, Response, current_app, g, request

from linkflow.sandbox.authorization import server
from linkflow.sandbox.faults import LOST_REFRESH, MALFORMED, PAGE_SEVEN, SERVER_ERROR, SLOW, TOO_MANY, Faults
from linkflow.sandbox.fetches import Fetches
from linkflow.sandbox.refusals import ApiRefusal


class ConnectionDropped(Exception):
    """Raised while an answer is being sent: the server then cuts the connection."""


def install(app: Flask) -> None:
    """Let faults strike this app, and count the pages it serves.

    A token request is refused or slowed before anything is used up; it is cut off or dropped after.
    """
    app.before_request(_refuse_token)
    app.after_request(_spoil)


def _spoil(answer: Response) -> Response:
    struck, fetch = answer, g.get("fetch")
    if fetch is not None and answer.status_code == 200:
        companies, endpoint, page = fetch
        struck = _strike(answer, companies, endpoint, page=page)
        fetches: Fetches = current_app.extensions["sandbox_fetches"]
        for company in companies:
            fetches.count(company, endpoint, page, served=struck is answer)
    elif request.path == "/oauth/token":
        struck = _strike_token(answer)
    return struck


def _refuse_token() -> Response | None:
    if request.path != "/oauth/token" or not _faults().enabled:
        return None
    grants = server().grants
    refresh = grants.find_refresh(request.form.get("refresh_token", ""))
    source = refresh or grants.find_code(request.form.get("code", ""))
    g.exchanged = source.grant.companies if source else ()
    return _hold_up(g.exchanged, "token")


def _strike(answer: Response, companies: Sequence[str], endpoint: str, *, page: str) -> Response:
    if refused := _hold_up(companies, endpoint):
        return refused
    if page == "7" and _faults().take(companies, PAGE_SEVEN, endpoint=endpoint):
        return ApiRefusal(500, "server_error", "Page 7 broke").answer()
    return _cut(answer, companies, endpoint)


def _hold_up(companies: Sequence[str], endpoint: str) -> Response | None:
    if slow := _faults().take(companies, SLOW, endpoint=endpoint):
        time.sleep(slow.seconds)
    if wait := _faults().take(companies, TOO_MANY, endpoint=endpoint):
        headers = {"Retry-After": f"{wait.seconds:.0f}"}
        return ApiRefusal(429, "too_many_requests", "Try again later", headers).answer()
    if _faults().take(companies, SERVER_ERROR, endpoint=endpoint):
        return ApiRefusal(500, "server_error", "Something broke").answer()
    return None


def _cut(answer: Response, companies: Sequence[str], endpoint: str) -> Response:
    if not _faults().take(companies, MALFORMED, endpoint=endpoint):
        return answer
    body = answer.get_data()
    return Response(body[: max(1, len(body) // 2)], mimetype="application/json")


def _strike_token(answer: Response) -> Response:
    companies = g.get("exchanged", ())
    if answer.status_code != 200:
        return answer
    refreshed = request.form.get("grant_type") == "refresh_token"
    if refreshed and _faults().take(companies, LOST_REFRESH, endpoint="token"):
        return Response(_drop(), mimetype="application/json", headers={"Content-Length": "900"})
    return _cut(answer, companies, "token")


def _drop() -> Iterator[bytes]:
    yield b'{"access_'
    raise ConnectionDropped


def _faults() -> Faults:
    found: Faults = current_app.extensions["sandbox_faults"]
    return found
