"""The composition root of the web: linkflow in an app of its own, or inside a host's Flask app.

`create_app` owns its app: session cookie, trusted hosts, proxies and the pages of unknown addresses. `Linkflow` adds
itself to somebody else's and changes nothing app-wide.
"""

import hashlib
import os
from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from linkflow import logs
from linkflow.services.context import Context
from linkflow.settings import Settings
from linkflow.web import assets, health
from linkflow.web.blueprints import blueprints
from linkflow.web.errors import answer_everything
from linkflow.web.headers import BODY_BYTES, FORM_BYTES, FORM_PARTS, add_headers
from linkflow.web.running import EXTENSION, mount
from linkflow.wiring import context_from, make_context

SESSIONS = "linkflow-sessions"


class UnsuitableHost(RuntimeError):
    """The host app cannot carry linkflow as it is configured; the message says what to change."""


class Sha256Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie with SHA-256 in place of SHA-1."""

    digest_method = staticmethod(hashlib.sha256)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The same serializer for every request, for as long as the app's key stays the same."""
        key, made = app.extensions.get(SESSIONS, (None, None))
        if made is None or key != app.secret_key:
            made = super().get_signing_serializer(app)
            app.extensions[SESSIONS] = app.secret_key, made
        return cast("URLSafeTimedSerializer | None", made)


class Linkflow:
    """The extension for a host app: `Linkflow(settings).init_app(app, url_prefix="/books")`."""

    def __init__(self, settings: Settings | Context) -> None:
        self.context = settings if isinstance(settings, Context) else make_context(settings)

    def init_app(self, app: Flask, *, url_prefix: str = "") -> None:
        """Register the journey and the portal below `url_prefix`; raises `UnsuitableHost` and says why."""
        expected = mount(self.context.settings.public_url)
        if expected != url_prefix.rstrip("/"):
            raise UnsuitableHost(
                f"linkflow is mounted at {url_prefix or '/'!r}, but its public_url ends in {expected or '/'!r}: "
                "mailed links would lead nowhere; make the two agree"
            )
        _check_sessions(app)
        app.extensions[EXTENSION] = self.context
        journey, portal = blueprints()
        app.register_blueprint(journey, url_prefix=url_prefix or None)
        app.register_blueprint(portal, url_prefix=url_prefix or None)


def create_app(settings: Settings | Context | None = None) -> Flask:
    """linkflow alone in a Flask app; without settings, those of the environment.

    Raises `ConfigurationError` with every mistake at once.
    """
    if settings is None:
        settings = context_from(os.environ)
        logs.configure(settings.settings.log_level)
    ctx = settings if isinstance(settings, Context) else make_context(settings)
    app = Flask("linkflow", static_folder=None, template_folder=None)
    app.config.update(_config(ctx.settings))
    app.session_interface = Sha256Sessions()
    prefix = mount(ctx.settings.public_url)
    app.wsgi_app = _AnyHost(app.wsgi_app, prefix, app.config["TRUSTED_HOSTS"][0])  # type: ignore[method-assign]  # as Flask documents
    if ctx.settings.proxy_hops:
        hops = ctx.settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # as Flask documents
    Linkflow(ctx).init_app(app, url_prefix=prefix)
    answer_everything(app)
    app.after_request(add_headers)
    return app


class _AnyHost:
    """Answers the health probes and the shipped files whatever host they name; nothing else is reached this way.

    Most probes name an address of their own, and no path prefix. The files are the looks of the page that says a host
    is not ours. None of them makes an address of the host.
    """

    def __init__(self, wsgi_app: WSGIApplication, prefix: str, host: str) -> None:
        self._wsgi_app = wsgi_app
        self._probes = {path: prefix + probe for probe in health.PROBES for path in (probe, prefix + probe)}
        self._files = prefix + assets.FILES
        self._host = host.lstrip(".")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path in self._probes or path.startswith(self._files):
            environ = {**environ, "PATH_INFO": self._probes.get(path, path), "HTTP_HOST": self._host}
        return self._wsgi_app(environ, start_response)


def _config(settings: Settings) -> dict[str, Any]:
    *old, newest = settings.secret_keys
    return {
        "SECRET_KEY": newest,
        "SECRET_KEY_FALLBACKS": old[::-1],
        "SESSION_COOKIE_NAME": "__Host-linkflow" if settings.cookie_secure else "linkflow",
        "SESSION_COOKIE_SECURE": settings.cookie_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or [str(urlsplit(settings.public_url).hostname)],
        "MAX_CONTENT_LENGTH": BODY_BYTES,
        "MAX_FORM_MEMORY_SIZE": FORM_BYTES,
        "MAX_FORM_PARTS": FORM_PARTS,
    }


def _check_sessions(app: Flask) -> None:
    if not app.secret_key:
        raise UnsuitableHost("the host app has no SECRET_KEY, so its session cannot be signed: set one")
    if str(app.config.get("SESSION_COOKIE_SAMESITE") or "").casefold() == "strict":
        raise UnsuitableHost(
            "the host app's session cookie is SameSite=Strict, so it is missing when the customer comes back from the "
            "accounting software: set SESSION_COOKIE_SAMESITE to Lax"
        )
