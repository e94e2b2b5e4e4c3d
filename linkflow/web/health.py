"""Whether the process lives and whether it can work, for supervisors and load balancers."""

from flask import Blueprint, Response, jsonify

from linkflow.web.marks import public
from linkflow.web.running import ctx

PROBES = ("/health/live", "/health/ready")


def register(blueprint: Blueprint) -> None:
    """The two routes."""
    for path, view in zip(PROBES, (live, ready), strict=True):
        blueprint.add_url_rule(path, view_func=view)


@public
def live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@public
def ready() -> Response:
    """The database answers, too."""
    ok = ctx().database.answers()
    response = jsonify(status="ready" if ok else "waiting for the database")
    response.status_code = 200 if ok else 503
    return response
