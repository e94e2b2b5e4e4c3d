"""Where faults strike: around API answers and the token endpoint, which know nothing of it themselves."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence

from flask import Flask, Response, current_app, g, request

from linkflow.sandbox.authorization import server
from linkflow.sandbox.faults import LOST_REFRESH, MALFORMED, PAGE_SEVEN, SERVER_ERROR, SLOW, TOO_MANY, Faults
from linkflow.sandbox.fetches import Fetches
from linkflow.sandbox.refusals import ApiRefusal


class ConnectionDropped(Exception):
    """Raised while an answer is being sent: the server then cuts the connection."""


def install(app: Flask) -> None:
    """Let faults strike this app, and count the pages it serves."""
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


def _strike(answer: Response, companies: Sequence[str], endpoint: str, *, page: str) -> Response:
    faults: Faults = current_app.extensions["sandbox_faults"]
    if slow := faults.take(companies, SLOW, endpoint=endpoint):
        time.sleep(slow.seconds)
    if wait := faults.take(companies, TOO_MANY, endpoint=endpoint):
        headers = {"Retry-After": f"{wait.seconds:.0f}"}
        return ApiRefusal(429, "too_many_requests", "Try again later", headers).answer()
    if faults.take(companies, SERVER_ERROR, endpoint=endpoint):
        return ApiRefusal(500, "server_error", "Something broke").answer()
    if page == "7" and faults.take(companies, PAGE_SEVEN, endpoint=endpoint):
        return ApiRefusal(500, "server_error", "Page 7 broke").answer()
    if faults.take(companies, MALFORMED, endpoint=endpoint):
        body = answer.get_data()
        return Response(body[: max(1, len(body) // 2)], mimetype="application/json")
    return answer


def _strike_token(answer: Response) -> Response:
    faults: Faults = current_app.extensions["sandbox_faults"]
    if not faults.enabled:
        return answer
    companies = tuple(_companies_of_exchange(answer))
    refreshed = request.form.get("grant_type") == "refresh_token" and answer.status_code == 200
    if refreshed and faults.take(companies, LOST_REFRESH, endpoint="token"):
        return Response(_drop(), mimetype="application/json", headers={"Content-Length": "900"})
    return _strike(answer, companies, "token", page="")


def _companies_of_exchange(answer: Response) -> Iterable[str]:
    """The companies of the grant just served, found by the access token in the answer."""
    if answer.status_code != 200:
        return ()
    token = server().grants.find_access(json.loads(answer.get_data())["access_token"])
    return token.grant.companies if token else ()


def _drop() -> Iterator[bytes]:
    yield b'{"access_'
    raise ConnectionDropped
