"""The organization's own gallery: every page and mail its customers and users can be shown, made from samples.

Each is a document of its own, framed at the width and in the scheme that were asked for, and inert: it runs nothing,
sends nothing, and leads nowhere.
"""

from flask import Response as Answer
from flask import request
from werkzeug.wrappers import Response

from linkflow.languages import language_name
from linkflow.organization_model import Organization
from linkflow.store.users import User
from linkflow.web.gallery.documents import Document, document, label_of
from linkflow.web.gallery.every import names
from linkflow.web.gallery_views import GalleryDocumentPage, GalleryEntry, GalleryGroup, GalleryPage, Scheme, Way, Width
from linkflow.web.pages import render
from linkflow.web.portal.guard import portal
from linkflow.web.portal.mail_answer import FRAMING, mail_answer
from linkflow.web.portal.paths import GALLERY, gallery_page_path, sample_path, with_query
from linkflow.web.portal.shell import portal_shell
from linkflow.web.running import ctx, href

WIDTHS: tuple[Width, ...] = ("phone", "desktop")
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
_INERT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
"""Without scripts, forms or ways out; of the same origin, because icons of another are not drawn."""


@portal("administrator")
def gallery(user: User) -> Response:
    """Everything there is to look at, by subject."""
    organization = ctx().organizations()[user.organization]
    groups = names(organization, organization.default_language)
    page = GalleryPage(
        groups=tuple(
            GalleryGroup(subject=subject, entries=tuple(_listed(name) for name in found))
            for subject, found in groups.items()
        )
    )
    return render("portal/gallery.html", shell=portal_shell(user), page=page)


@portal("administrator")
def gallery_page(user: User, sample: str) -> Response:
    """One document in its frame, and the ways to look at it."""
    organization = ctx().organizations()[user.organization]
    asked = _Asked(organization)
    found = document(organization, asked.language, sample)
    response = render("portal/gallery-page.html", shell=portal_shell(user), page=_page(organization, found, asked))
    response.headers["Content-Security-Policy"] = FRAMING
    return response


@portal("administrator")
def gallery_document(user: User, sample: str) -> Answer:
    """The document by itself."""
    organization = ctx().organizations()[user.organization]
    found = document(organization, _Asked(organization).language, sample)
    if found.kind == "mail":
        return mail_answer(found.body)
    response = Answer(found.body, mimetype="text/plain" if found.kind == "text" else "text/html")
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


class _Asked:
    """How a document is to be looked at: what the address says, else as on a phone, in light, in the first language."""

    def __init__(self, organization: Organization) -> None:
        given = request.args
        self.width: Width = "desktop" if given.get("width") == "desktop" else "phone"
        self.scheme: Scheme = "dark" if given.get("scheme") == "dark" else "light"
        wanted = given.get("language", "")
        self.language = wanted if wanted in organization.languages else organization.default_language

    def path(self, path: str, **other: str) -> str:
        """An address that looks in the same way, but for what is said."""
        return href(
            with_query(path, **{"width": self.width, "scheme": self.scheme, "language": self.language, **other})
        )


def _page(organization: Organization, found: Document, asked: _Asked) -> GalleryDocumentPage:
    here, tags = gallery_page_path(found.name), organization.languages
    every = [name for group in names(organization, asked.language).values() for name in group]
    at = every.index(found.name)
    before, after = every[at - 1 : at], every[at + 1 : at + 2]
    return GalleryDocumentPage(
        entry=GalleryEntry(label=found.label, kind=found.kind, title=found.title, href=here, text=found.text),
        subject=found.subject,
        gallery_href=href(GALLERY),
        src=href(with_query(sample_path(found.name), language=asked.language)),
        language=asked.language,
        width=asked.width,
        scheme=asked.scheme,
        widths=tuple(Way(key=one, href=asked.path(here, width=one), current=one == asked.width) for one in WIDTHS),
        schemes=tuple(Way(key=one, href=asked.path(here, scheme=one), current=one == asked.scheme) for one in SCHEMES),
        languages=tuple(
            Way(key=tag, name=language_name(tag), href=asked.path(here, language=tag), current=tag == asked.language)
            for tag in tags
            if len(tags) > 1
        ),
        previous_href=asked.path(gallery_page_path(before[0])) if before else None,
        next_href=asked.path(gallery_page_path(after[0])) if after else None,
    )


def _listed(name: str) -> GalleryEntry:
    return GalleryEntry(label=label_of(name), kind="page", title="", href=href(gallery_page_path(name)))
