"""A sample as a document of its own: rendered like the page or mail it stands for, and leading nowhere."""

import re
from dataclasses import dataclass, replace
from html import unescape

from linkflow.domain.errors import NotFound
from linkflow.languages import SOURCE
from linkflow.mail import fill, render
from linkflow.organization_model import Organization
from linkflow.web import pages
from linkflow.web.gallery.every import samples
from linkflow.web.gallery.sample import MailSample, PageSample, Sample
from linkflow.web.gallery.scene import Scene
from linkflow.web.gallery_views import GalleryIndex, Kind
from linkflow.web.shells import organization_shell

_LINK = "https://books.bank.example/l/MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U.4nXk2mQ7"
_CODE = "123456"
_STOP = "https://books.bank.example/stop-reminders/MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U.4nXk2mQ7"
_HREF = re.compile(r"(<a\b[^>]*?\shref=)\"[^\"#][^\"]*\"", re.IGNORECASE)
_ACTION = re.compile(r"(<form\b[^>]*?\saction=)\"[^\"]*\"", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b[^>]*></script>\s*")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class Document:
    """One sample, rendered. `kind` `text`: `body` is plain text, else HTML; `text` is a mail's other twin.

    `title` is the page's own, or the mail's subject.
    """

    name: str
    subject: str
    kind: Kind
    title: str
    body: str
    text: str = ""

    @property
    def label(self) -> str:
        """The sample's name as words."""
        return label_of(self.name)


def documents(organization: Organization, language: str) -> tuple[Document, ...]:
    """Every sample of an organization in one of its languages, in order."""
    scene = Scene(organization=organization, language=language)
    return tuple(_document(scene, subject, sample) for subject, found in samples(scene).items() for sample in found)


def document(organization: Organization, language: str, name: str) -> Document:
    """The sample of that name; NotFound where this organization has none."""
    scene = Scene(organization=organization, language=language)
    for subject, found in samples(scene).items():
        for sample in found:
            if sample.name == name:
                return _document(scene, subject, sample)
    raise NotFound


def label_of(name: str) -> str:
    """A sample's name as words: `Connected slow`, `Request financials`."""
    return name.removeprefix("mail-").replace("-", " ").capitalize()


def index(organization: Organization, page: GalleryIndex) -> str:
    """The page of a gallery on disk; in English, as the portal is."""
    pages.speak_for(organization)
    shell = replace(organization_shell(organization, language=SOURCE, page="#"), languages=None)
    return pages.render("gallery/index.html", shell=shell, page=page).get_data(as_text=True)


def _document(scene: Scene, subject: str, sample: Sample) -> Document:
    if isinstance(sample, MailSample):
        return _mail(scene, subject, sample)
    return _page(scene, subject, sample)


def _page(scene: Scene, subject: str, sample: PageSample) -> Document:
    pages.speak_for(scene.organization)
    body = pages.render(sample.template, shell=sample.shell, page=sample.page).get_data(as_text=True)
    if sample.template.endswith(".txt"):
        return Document(sample.name, subject, "text", body.partition("\n")[0], body)
    return Document(sample.name, subject, "page", _title(body), inert(body))


def _mail(scene: Scene, subject: str, sample: MailSample) -> Document:
    made = render(sample.kind, scene.organization, language=scene.language, context=sample.context)
    mail = fill(made, link=_LINK, code=_CODE, stop=_STOP)
    return Document(sample.name, subject, "mail", mail.subject, inert(mail.html), mail.text)


def inert(html: str) -> str:
    """The document without scripts, with every link and form leading to itself."""
    return _ACTION.sub(r'\1"#"', _HREF.sub(r'\1"#"', _SCRIPT.sub("", html)))


def _title(html: str) -> str:
    found = _TITLE.search(html)
    return unescape(found[1]) if found else ""
