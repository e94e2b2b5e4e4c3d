"""Every page that the journey and the portal can show, gathered without a browser, each make-up once.

Everybody looks at everything they may, in every state; then every form that asks for something is pressed empty. What
is shown only after some other press, or when something breaks, stands in the further_*.py beside this.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from linkflow import paths
from linkflow.catalogue import load_catalogue
from linkflow.organization_model import Organization
from linkflow.organizations import read_organization
from tests.config_factories import make_settings
from tests.web.further_pages import JOURNEY, Show
from tests.web.further_portal_pages import PORTAL
from tests.web.further_user_pages import USERS
from tests.web.office import BASE, FEELS, Customer, Office, forms_of, open_office
from tests.web.shown import Shown, named, rendering_signed
from tests.web.states import STATES, Scene
from tests.web.test_safe_gets import addresses_of

_POSTED = re.compile(r'<form [^>]*method="post".*?</form>', re.DOTALL)
_ASKING = re.compile(r' type="(?:radio|checkbox|file)"| required[ >]')
_PAGE = re.compile(r"{% set data_page = (.+?) %}")

TEMPLATES = paths.templates() / "linkflow"
OFF_RAMP = "linkflow/layouts/off_ramp.html"


@dataclass(frozen=True)
class Side:
    """Half of the product: who looks, at what; what is shown only further on; and whose templates its pages are."""

    visitors: tuple[str, ...]
    below: tuple[str, ...]
    further: tuple[Show, ...]
    folders: tuple[str, ...]

    def templates(self) -> set[str]:
        """Its pages' templates, below `templates/linkflow`."""
        return {template for template in page_templates() if template.partition("/")[0] in self.folders}

    def names(self) -> set[str]:
        """Every `data-page` that its templates can set."""
        return {name for template in self.templates() for name in names_of(template)}


SIDES = {
    "journey": Side(
        visitors=("customer", "recipient", "nobody"),
        below=("/l/", "/r/", "/callback/", "/other-browser/", "/software/", "/stop-reminders/"),
        further=JOURNEY,
        folders=("customer", "errors"),
    ),
    "portal": Side(
        visitors=("viewer", "manager", "administrator", "nobody"),
        below=("/portal", "/l/"),
        further=(*PORTAL, *USERS),
        folders=("portal",),
    ),
}


@dataclass
class Gathered:
    """The pages by make-up, of equal ones the wordiest; by path the mails that some of them frame.

    `asking` and `refusing` are the `data-page`s with a form that asks for something, and those seen refusing an empty
    one.
    """

    pages: dict[tuple[str, ...], Shown] = field(default_factory=dict)
    framed: dict[str, Shown] = field(default_factory=dict)
    asking: set[str] = field(default_factory=set)
    refusing: set[str] = field(default_factory=set)

    def names(self) -> set[str]:
        """The `data-page` of each page, whatever its status."""
        return {shown.name for shown in self.pages.values()}

    def answered(self) -> set[str]:
        """The `data-page` of each page that was answered 200."""
        return {shown.name for shown in self.pages.values() if shown.status == 200}

    def templates(self) -> set[str]:
        """What the pages were rendered from."""
        return {shown.template for shown in self.pages.values()}

    def add(self, where: str, client: FlaskClient, answer: TestResponse) -> bool:
        """Keep what was answered, if its make-up is new or it has more words; whether it is a page at all."""
        if answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
            return False
        if "sandbox" in answer.headers.get("Content-Security-Policy", ""):
            return False  # a mail, shown inside a page and made for mail programs; the tests of mails judge it
        shown = Shown.of(where, answer)
        known = self.pages.setdefault(shown.make_up, shown)
        if known is shown or len(known.body) < len(shown.body):
            self.pages[shown.make_up] = shown
            mails = map(unescape, re.findall(r'<iframe [^>]*src="([^"]+)"', answer.text))
            self.framed |= {path: Shown.of(where, client.get(path, base_url=BASE)) for path in mails}
        if shown.status == 422:
            self.refusing.add(shown.name)
        return True

    def press_empty(self, where: str, client: FlaskClient, answer: TestResponse) -> None:
        """Send each of the page's forms that asks for something as it is, until the page was seen refusing that."""
        name = named(answer.data)
        for asking in filter(_ASKING.search, _POSTED.findall(answer.text)):
            self.asking.add(name)
            if name not in self.refusing:
                form = forms_of(asking)[0]
                self.add(f"{where}, pressed", client, client.post(form.action, base_url=BASE, data=form.fields))


def gather(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, shipped: Organization, side: Side) -> Gathered:
    """All pages of that side, dressed as the `shipped` organization."""
    found = Gathered()
    rendering_signed(monkeypatch)
    for name, build in STATES.items():
        with dressed_office(tmp_path / name, monkeypatch, shipped) as office:
            _look_around(found, name, office, build(office), side)
    for show in side.further:
        with dressed_office(tmp_path / show.__name__, monkeypatch, shipped) as office:
            for customer in show(office):
                found.add(show.__name__.replace("_", " "), customer.client, customer.page)
    return found


@contextmanager
def dressed_office(folder: Path, monkeypatch: pytest.MonkeyPatch, shipped: Organization) -> Iterator[Office]:
    """An office whose organizations are the shipped one but for what the states turn on: slug, switches, software."""

    def wear(plain: Organization) -> Organization:
        feel = replace(shipped.feel, **FEELS[plain.slug])
        return replace(shipped, slug=plain.slug, feel=feel, software=plain.software)

    folder.mkdir()
    with open_office(folder, monkeypatch, wear=wear) as office:
        yield office


def shipped_organization(folder: Path, slug: str) -> Organization:
    """One of those that come with linkflow; `folder` is for what settings need."""
    catalogue = load_catalogue(paths.config() / "software", None, make_settings(folder))
    return read_organization(paths.config() / "organizations" / f"{slug}.toml", catalogue)


def page_templates() -> set[str]:
    """Every template that is a page: one that has a `data-page`."""
    files = (path for path in TEMPLATES.rglob("*.html") if path.parent.name != "layouts")
    return {str(path.relative_to(TEMPLATES)) for path in files if names_of(str(path.relative_to(TEMPLATES)))}


def names_of(template: str) -> set[str]:
    """What the template can set as its `data-page`; an off-ramp's is the template's own name."""
    source = (TEMPLATES / template).read_text()
    found = _PAGE.search(source)
    if found:
        return set(re.findall(r'"([^"]+)"', found[1]))
    return {Path(template).stem} if OFF_RAMP in source else set()


def _look_around(found: Gathered, state: str, office: Office, scene: Scene, side: Side) -> None:
    paths_of = [path for _, path in addresses_of(office, scene) if path.startswith(side.below)]
    looked = []
    for who, visitor in _visitors(office, scene, side):
        where, client = f"{state}, {who}", visitor.client
        answers = (client.get(path, base_url=BASE) for path in paths_of)
        looked += [(where, client, answer) for answer in answers if found.add(where, client, answer)]
    for where, client, answer in looked:
        found.press_empty(where, client, answer)


def _visitors(office: Office, scene: Scene, side: Side) -> Iterator[tuple[str, Customer]]:
    there = {"customer": scene.customer, "recipient": scene.recipient, "nobody": office.browser()}
    for who in side.visitors:
        visitor = there[who] if who in there else office.user(who)
        if visitor is not None:
            yield who, visitor
