"""The application's own pages and mails on disk: one folder an organization, one a language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from linkflow import paths
from linkflow.app import create_app
from linkflow.organization_model import Organization
from linkflow.preview.self_contained import Shelf
from linkflow.services.context import Context
from linkflow.web.gallery.documents import Document, documents, index
from linkflow.web.gallery_views import GalleryIndex


@dataclass(frozen=True)
class Written:
    """A document and where it lies; texts are not pages that a browser lays out."""

    document: Document
    language: str
    file: Path


class Press:
    """Writes what one linkflow shows; needs neither a database nor a server."""

    def __init__(self, ctx: Context) -> None:
        self._app = create_app(ctx)
        self._public_url = ctx.settings.public_url

    def shelf(self, folder: Path) -> Shelf:
        """A folder to put documents into."""
        return Shelf(folder, self._fetched, sprite=(paths.static() / "icons.svg").read_text(encoding="utf-8"))

    def write(self, shelf: Shelf, organization: Organization, languages: Sequence[str]) -> Iterator[Written]:
        """Every document of an organization in these languages."""
        for language in languages:
            with self._app.test_request_context():
                made = documents(organization, language)
            for one in made:
                yield Written(one, language, _put(shelf, f"{language}/{one.name}", one))

    def write_index(self, shelf: Shelf, organization: Organization, page: GalleryIndex) -> Path:
        """The page that leads to all of them."""
        with self._app.test_request_context():
            html = index(organization, page)
        return shelf.put("index.html", html)

    def _fetched(self, address: str) -> bytes:
        answer = self._app.test_client().get(address, base_url=self._public_url)
        if answer.status_code != 200:
            raise ValueError(f"{address}, which a page is made with, answers {answer.status_code}")
        return bytes(answer.data)


def _put(shelf: Shelf, path: str, document: Document) -> Path:
    if document.kind == "text":
        return shelf.write(f"{path}.txt", document.body)
    return shelf.put(f"{path}.html", document.body)
