"""The server under measurement: linkflow, and beside it under /bare the same templates with the same context.

A bare view has no session, form, query or header hook: it renders what linkflow's own view rendered once, from memory.
"""

import json
import os
from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from linkflow import create_app
from linkflow.web import pages as rendering
from linkflow.web.running import EXTENSION

Captured = tuple[Any, dict[str, Any]]


def make() -> Any:
    """The WSGI application granian serves."""
    wanted = json.loads(os.environ["LINKFLOW_TEST_BENCH"])
    app = create_app()
    bare = Flask("bare", static_folder=None)
    bare.extensions[EXTENSION] = app.extensions[EXTENSION]  # the addresses of static files come from it
    for number, page in enumerate(wanted):
        template, context = capture(app, page["path"], page["cookie"])
        bare.add_url_rule(f"/{number}", f"page-{number}", lambda t=template, c=context: t.render(**c))
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/bare": bare})  # type: ignore[method-assign]
    return app


def capture(app: Flask, path: str, cookie: str) -> Captured:
    """The template and context of one page, as linkflow's own view rendered it."""
    seen: list[Captured] = []
    real = rendering.environment

    class Environment:
        def __init__(self, language: str) -> None:
            self.real = real(language)

        def get_template(self, name: str) -> "Template":
            return Template(self.real.get_template(name))

    class Template:
        def __init__(self, made: Any) -> None:
            self.made = made

        def render(self, **context: Any) -> str:
            seen.append((self.made, context))
            return str(self.made.render(**context))

    rendering.environment = Environment  # type: ignore[assignment, misc]
    try:
        answer = app.test_client(use_cookies=False).get(
            path, headers={"Cookie": cookie}, base_url=os.environ["LINKFLOW_PUBLIC_URL"]
        )
    finally:
        rendering.environment = real
    if answer.status_code != 200 or not seen:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return seen[-1]
