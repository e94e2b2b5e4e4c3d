"""Sandbox Books as a Flask app: `create_sandbox(settings)`. Everything it needs is handed in or made here."""

from flask import Flask, render_template
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from linkflow.sandbox import api, authorize, headers, mailbox, spoil, switches
from linkflow.sandbox.authorization import SandboxServer
from linkflow.sandbox.database import Database
from linkflow.sandbox.faults import Faults
from linkflow.sandbox.fetches import Fetches
from linkflow.sandbox.forms import form_token
from linkflow.sandbox.grants import Grants
from linkflow.sandbox.mail_html import SANDBOX
from linkflow.sandbox.settings import SandboxSettings


def create_sandbox(settings: SandboxSettings) -> Flask:
    """Build the app; opens (and if need be makes) the database file."""
    app = Flask(__name__, static_url_path="/assets")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="sandbox_session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.issuer.startswith("https://"),
        MAX_CONTENT_LENGTH=65_536,
    )
    database = Database(settings.database)
    app.extensions["sandbox_settings"] = settings
    app.extensions["sandbox_database"] = database
    app.extensions["sandbox_faults"] = Faults(database, settings.clock, enabled=settings.faults)
    app.extensions["sandbox_fetches"] = Fetches(database, enabled=settings.faults)
    app.extensions["sandbox_server"] = SandboxServer(app, settings, Grants(database, settings.clock))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(
        form_token=form_token,
        frame_sandbox=SANDBOX,
        mailbox_here=settings.mailbox is not None,
        faults_here=settings.faults,
    )
    spoil.install(app)
    headers.install(app, settings)
    for blueprint in (authorize.blueprint, api.blueprint, mailbox.blueprint):
        app.register_blueprint(blueprint)
    if settings.faults:
        app.register_blueprint(switches.blueprint)
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/health/live", "live", _live)
    app.register_error_handler(HTTPException, _explain)
    return app


def _home() -> str:
    return render_template("home.html")


def _live() -> tuple[dict[str, str], int]:
    return {"status": "ok"}, 200


def _explain(error: HTTPException) -> tuple[str, int]:
    return render_template("refused.html", reason=error.description or error.name), error.code or 500
