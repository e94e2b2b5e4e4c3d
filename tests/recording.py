"""Remembers what was served while the tests ran: each make-up of an HTML page once, and the names of the templates
rendered and of the outlines compared.

Works in the tests' own process and in the servers they start (see hooks/sitecustomize.py), so that the closing tests in
test_gathered.py judge every page of the run in one go. The product knows nothing of it.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

VARIABLE = "LINKFLOW_TEST_RECORD"
# What differs from run to run without making another page: tokens, ids, nonces, figures.
CHANGING = re.compile(rb"[A-Za-z0-9_.=-]{20,}|\d+")
# What stands between tags: other words make no other page, unless there are none or they are its title.
WORDS = re.compile(rb">[^<>]*[^<>\s][^<>]*<")
TITLE = re.compile(rb"<title>.*?</title>", re.DOTALL)


def directory() -> Path | None:
    """Where to keep what is served; None when nobody asked."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def install(into: Path) -> None:
    """Start remembering in this process. Calling it twice changes nothing."""
    import flask
    import jinja2

    if getattr(flask.Flask, "_recorded", False):
        return
    for folder in ("pages", "templates"):
        (into / folder).mkdir(parents=True, exist_ok=True)
    flask.Flask._recorded = True
    flask.Flask.finalize_request = _keeping_pages(flask.Flask.finalize_request, into / "pages")
    jinja2.Template._from_namespace = classmethod(
        _keeping_names(jinja2.Template._from_namespace.__func__, into / "templates")
    )


def rendered_templates(kept: Path) -> set[str]:
    """Names of the templates that were rendered, included, extended or imported from."""
    return {unquote(path.name) for path in (kept / "templates").iterdir()}


def note_outline(name: str) -> None:
    """An outline was compared with the kept one of this name."""
    folder = directory()
    if folder is not None:
        (folder / "outlines").mkdir(parents=True, exist_ok=True)
        (folder / "outlines" / name).touch()


def compared_outlines(kept: Path) -> set[str]:
    """Names of the kept outlines some page was compared with."""
    return {path.name for path in (kept / "outlines").iterdir()}


def pages(kept: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each page's HTML file with what is known of it: endpoint, method, path, status, headers."""
    for path in sorted((kept / "pages").glob("*.html")):
        yield path, json.loads(path.with_suffix(".json").read_text())


def _keeping_pages(finalize_request: Any, folder: Path) -> Any:
    def kept(self: Any, *arguments: Any, **named: Any) -> Any:
        from flask import request

        response = finalize_request(self, *arguments, **named)
        ours = f"{self.import_name} {request.blueprint}".startswith("linkflow") or "linkflow" in str(request.blueprint)
        if ours and response.mimetype == "text/html" and not (response.is_streamed or response.direct_passthrough):
            _keep_page(folder, request, response)
        return response

    return kept


def _keep_page(folder: Path, request: Any, response: Any) -> None:
    body = response.get_data()
    if 300 <= response.status_code < 400 or not body.lstrip()[:9].lower().startswith(b"<!doctype"):
        return  # a redirect's stub or an abort page of the framework; the headers test sees redirects elsewhere
    if "sandbox" in response.headers.get("Content-Security-Policy", ""):
        return  # a mail, shown inside a page: made for mail programs, judged by the tests of mails
    title = TITLE.search(body)
    made_up = WORDS.sub(b">x<", body) + (title[0] if title else b"")
    key = f"{request.endpoint} {response.status_code} ".encode() + CHANGING.sub(b"", made_up)
    path = folder / f"{hashlib.sha256(key).hexdigest()[:20]}.html"
    if path.exists():
        return
    known = {
        "endpoint": request.endpoint,
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "headers": {name.lower(): value for name, value in response.headers.items()},
    }
    path.with_suffix(".json").write_text(json.dumps(known))
    path.write_bytes(body)


def _keeping_names(from_namespace: Any, folder: Path) -> Any:
    def kept(cls: Any, *arguments: Any, **named: Any) -> Any:
        template = from_namespace(cls, *arguments, **named)
        render, seen = template.root_render_func, folder / quote(template.name or "", safe="")

        def remembered(*given: Any, **more: Any) -> Any:
            if template.name:
                seen.touch()
            return render(*given, **more)

        template.root_render_func = remembered
        return template

    return kept
