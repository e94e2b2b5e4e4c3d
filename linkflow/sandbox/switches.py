"""The fault switches as a page and for programs, and the counters of fetched pages. Only there with faults on."""

from typing import Any

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from linkflow.sandbox.asjson import as_json
from linkflow.sandbox.authorization import server
from linkflow.sandbox.companies import PROFILES
from linkflow.sandbox.faults import ABOUT, REVOKED_GRANT, Faults
from linkflow.sandbox.fetches import Fetches
from linkflow.sandbox.forms import check_form

blueprint = Blueprint("switches", __name__)


@blueprint.get("/faults")
def faults_page() -> str:
    """Every company with its switches."""
    rows = [(profile.company, _faults().on(key)) for key, profile in PROFILES.items()]
    return render_template("faults.html", rows=rows, about=ABOUT)


@blueprint.get("/faults/<company_id>")
def faults_of(company_id: str) -> Any:
    """What is switched on for a company, as JSON."""
    return jsonify(as_json(_faults().on(_known(company_id))))


@blueprint.post("/faults/<company_id>")
def switch(company_id: str) -> Response:
    """Switch: `kind` (absent with `on` false: all), `on`, `times`, `seconds`, `endpoint`; form or JSON."""
    _known(company_id)
    from_program = request.is_json
    if not from_program and request.headers.get("Sec-Fetch-Site"):
        check_form()
    sent: dict[str, Any] = request.get_json() if from_program else request.form.to_dict()
    _apply(company_id, sent)
    return jsonify(as_json(_faults().on(company_id))) if from_program else redirect("/faults", 303)


@blueprint.get("/_test/fetches")
def fetches() -> Any:
    """How often each page was asked for and served, as JSON."""
    return jsonify(as_json(_fetches().all()))


@blueprint.delete("/_test/fetches")
def forget_fetches() -> tuple[str, int]:
    """Set every counter back."""
    _fetches().clear()
    return "", 204


def _apply(company_id: str, sent: dict[str, Any]) -> None:
    kind = sent.get("kind") or None
    if str(sent.get("on", "true")).lower() in {"false", "0", "off", "no"}:
        _faults().switch_off(company_id, kind)
        return
    if kind not in ABOUT:
        abort(400, "kind is one of " + ", ".join(ABOUT))
    if kind == REVOKED_GRANT:
        server().grants.end_all_of(company_id)
        return
    times, seconds, endpoint = sent.get("times"), sent.get("seconds"), sent.get("endpoint")
    try:
        limit, wait = (int(times) if times else None), float(seconds or 3)
    except (TypeError, ValueError):
        abort(400, "times and seconds are numbers")
    _faults().switch_on(company_id, kind, times=limit, seconds=wait, endpoint=str(endpoint) if endpoint else None)


def _known(company_id: str) -> str:
    if not _faults().enabled or company_id not in PROFILES:
        abort(404)
    return company_id


def _faults() -> Faults:
    found: Faults = current_app.extensions["sandbox_faults"]
    return found


def _fetches() -> Fetches:
    found: Fetches = current_app.extensions["sandbox_fetches"]
    return found
