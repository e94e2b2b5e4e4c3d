"""Applications that tests borrow: making one compiles every route, which takes longer than most tests."""

from collections import defaultdict
from typing import Any

from flask import Flask

from linkflow import app as linkflow_app
from linkflow.services.context import Context
from linkflow.web.running import EXTENSION

_IDLE: dict[tuple[str, int, str], list[Flask]] = defaultdict(list)
_LENT: list[tuple[tuple[str, int, str], Flask, dict[str, dict[Any, Any]]]] = []


def app_for(ctx: Context) -> Flask:
    """An application that works with `ctx` and that nobody else has, until all are given back."""
    kind = (ctx.settings.public_url, ctx.settings.proxy_hops, repr(linkflow_app._config(ctx.settings)))
    app = _IDLE[kind].pop() if _IDLE[kind] else linkflow_app.create_app(ctx)
    app.extensions[EXTENSION] = ctx
    _LENT.append((kind, app, {name: dict(getattr(app, name)) for name in ("config", "extensions", "view_functions")}))
    return app


def give_apps_back() -> None:
    """Whatever a test changed about them is as it was."""
    while _LENT:
        kind, app, was = _LENT.pop()
        for name, kept in was.items():
            now = getattr(app, name)
            now.clear()
            now.update(kept)
        _IDLE[kind].append(app)
