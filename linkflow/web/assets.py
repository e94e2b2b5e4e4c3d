"""Static files under addresses that change with their content, so that a browser may keep them for ever.

What is text among them leaves compressed where the browser takes that, packed once. Pages do not: they carry tokens,
and what they look like packed could tell of these.
"""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, request

from linkflow import paths
from linkflow.domain.errors import NotFound
from linkflow.domain.software import Software
from linkflow.images import Image
from linkflow.web.marks import public
from linkflow.web.running import ctx, href

LONGEST = 200
"""Letters in the path of a shipped file; file systems refuse much longer ones with an error of their own."""
FILES = "/static/"
FOREVER = "public, max-age=31536000, immutable"
_PACKED = {"image/svg+xml", "text/javascript", "text/css"}
_TYPES = {".svg": "image/svg+xml", ".js": "text/javascript", ".css": "text/css"}


@lru_cache(maxsize=512)
def _digest(path: str) -> str:
    return hashlib.sha256((paths.static() / path).read_bytes()).hexdigest()[:12]


def asset(path: str) -> str:
    """The address of a file below `static/`, with its content's hash in front."""
    return href(f"{FILES}{_digest(path)}/{path}")


def software_logo(software: Software) -> str | None:
    """The address of a product's logo: the operator's before the shipped one; None: it has none."""
    own = mark_href(software.id, ctx().catalogue.marks(software.id).logo)
    return own or (asset(software.logo) if software.logo else None)


def mark_href(software: str, image: Image | None) -> str | None:
    """The address of a mark the operator has put in place."""
    return href(f"/marks/{software}/{image.file_name}") if image else None


def register(blueprint: Blueprint) -> None:
    """The routes of files, of organizations' own stylesheets and images, and of vendors' marks."""
    blueprint.add_url_rule(f"{FILES}<digest>/<path:path>", view_func=static_file)
    blueprint.add_url_rule("/theme/<slug>/<digest>.css", view_func=theme)
    blueprint.add_url_rule("/brand/<slug>/<name>", view_func=brand_image)
    blueprint.add_url_rule("/marks/<software>/<name>", view_func=software_mark)


@public
def static_file(digest: str, path: str) -> Response:
    """One shipped file; only the address that names its content answers."""
    if len(path) > LONGEST:
        abort(404)
    root = paths.static().resolve()
    wanted = (root / path).resolve()
    if not wanted.is_relative_to(root) or not wanted.is_file() or _digest(path) != digest:
        abort(404)
    return _kept(wanted.read_bytes(), _type_of(wanted))


@public
def theme(slug: str, digest: str) -> Response:
    """An organization's colours, shapes and type as one stylesheet."""
    organization = ctx().organizations().get(slug)
    if organization is None or organization.look.theme_hash != digest:
        raise NotFound
    return _kept(organization.look.theme_css.encode(), "text/css")


@public
def brand_image(slug: str, name: str) -> Response:
    """An organization's logo, icon or hero image."""
    organization = ctx().organizations().get(slug)
    look = organization.look if organization else None
    images = (look.logo, look.icon, look.hero) if look else ()
    found = next((image for image in images if image is not None and image.file_name == name), None)
    if found is None:
        raise NotFound
    response = _kept(found.content, found.media_type)
    # Mails show the logo, and webmail is another site.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@public
def software_mark(software: str, name: str) -> Response:
    """A product's logo or its vendor's connect button, as the operator put it in place."""
    found = ctx().catalogue.marks(software).named(name)
    if found is None:
        raise NotFound
    return _kept(found.content, found.media_type)


def _kept(content: bytes, media_type: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Cache-Control"] = FOREVER
    if media_type in _PACKED:
        response.headers["Vary"] = "Accept-Encoding"
        if request.accept_encodings["gzip"]:
            response.data, response.content_encoding = _packed(content), "gzip"
    return response


@lru_cache(maxsize=512)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _type_of(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
