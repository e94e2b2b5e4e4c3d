"""An example of a host: a bank's own Flask app that takes linkflow in below `/books`.

Nothing of the host's changes by it: its templates may stay lax, its webhook unprotected, its error pages its own, and
its session carries what it always did. linkflow needs a SECRET_KEY, a session cookie that is not SameSite=Strict, and
a `public_url` that ends in the prefix.
"""

from typing import Any

from flask import Flask, Response, jsonify, render_template_string, request, session

from linkflow import Linkflow
from linkflow.services.context import Context
from linkflow.settings import Settings

PREFIX = "/books"


def make_host(settings: Settings | Context, **config: Any) -> Flask:
    """The bank's app with linkflow in it; `config` is laid over the bank's own."""
    host = Flask("bank", static_folder=None)
    host.config.update({"SECRET_KEY": "the bank's own key, for tests", **config})
    _own_pages(host)
    Linkflow(settings).init_app(host, url_prefix=PREFIX)
    return host


def _own_pages(host: Flask) -> None:
    @host.get("/")
    def home() -> str:
        session["visits"] = session.get("visits", 0) + 1
        # An undefined name renders as nothing here; in linkflow's own environment it would be an error.
        return render_template_string("<!doctype html><title>Bank</title><p>lax{{ nowhere }} {{ session.visits }}</p>")

    @host.post("/hooks/payments")
    def payments() -> Response:
        return jsonify(taken=request.get_json())

    @host.get("/broken")
    def broken() -> str:
        raise RuntimeError("the bank's own trouble")

    @host.errorhandler(404)
    def lost(_: Exception) -> tuple[str, int]:
        return "the bank knows no such page", 404

    @host.errorhandler(500)
    def trouble(_: Exception) -> tuple[str, int]:
        return "the bank has trouble", 500
