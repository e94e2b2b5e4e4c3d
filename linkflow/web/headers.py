"""Headers of every answer, and the check every unsafe request passes first: blueprint hooks, nothing app-wide."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request

from linkflow.domain.errors import LinkflowError, NotFound
from linkflow.web.marks import ONE_CLICK
from linkflow.web.running import ctx

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_A_YEAR = "max-age=31536000"
FORM_BYTES = 64 * 1024
PART_BYTES = 4 * FORM_BYTES
"""Of what is sent with a file: the parser counts the piece of 64 KiB it has just been given along with what it kept."""
FORM_PARTS = 200
BODY_BYTES = 11 * 1024 * 1024
"""One workbook of 10 MB and the form around it."""
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class CrossSite(LinkflowError):
    """A form of another site posts here."""

    code = "cross-site"


def protect(blueprint: Blueprint) -> None:
    """Refuse other sites' posts and endless bodies before, and set the headers after, every view of a blueprint."""
    blueprint.before_request(refuse_cross_site)
    blueprint.before_request(limit_body)
    blueprint.before_request(refuse_nul)
    blueprint.after_request(add_headers)


def refuse_cross_site() -> None:
    """Fetch metadata decide; a browser that sends none must name our own origin, if it names any."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method not in _UNSAFE or getattr(view, "guard", "") == ONE_CLICK:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CrossSite
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != own_origin():
        raise CrossSite


def limit_body() -> None:
    """How much a request may send to us, inside a host with other limits too.

    Werkzeug reads a form without a file whole, whatever its own form limit says, so the body itself is held to it.
    """
    with_file = request.mimetype == "multipart/form-data"
    request.max_content_length = BODY_BYTES if with_file else FORM_BYTES
    request.max_form_memory_size = PART_BYTES if with_file else FORM_BYTES
    request.max_form_parts = FORM_PARTS


def refuse_nul() -> None:
    """No address of ours has a NUL in it; file systems and PostgreSQL would trip over one."""
    if "\0" in request.path or b"%00" in request.query_string:
        raise NotFound


def own_origin() -> str:
    """The origin customers see, from the settings, never from the request."""
    parts = urlsplit(ctx().settings.public_url)
    return f"{parts.scheme}://{parts.netloc}"


def add_headers(response: Response) -> Response:
    """The same on every answer; what a view has set itself stays."""
    if "Referrer-Policy" in response.headers:
        return response  # added already by the blueprint's own hook
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if ctx().settings.public_url.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", _A_YEAR)
    return response
