"""Hostile values in every text and picture of an organization's file: each is refused, or no more than text.

A value is put in every place of the file at once; what is refused is told by its key and taken out again. What is left
must leave pages and mails built exactly as with a harmless word in the same places.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Route

from linkflow.domain.addresses import Mailbox
from linkflow.mail import compose, fill
from linkflow.mail import render as render_mail
from linkflow.organization_model import Organization
from linkflow.organization_schema import organization_schema
from linkflow.organizations import organization_from
from linkflow.problems import ConfigurationError
from linkflow.shipped_texts import shipped_texts
from linkflow.web import pages
from linkflow.web.gallery.every import samples
from linkflow.web.gallery.sample import MailSample
from linkflow.web.gallery.scene import Scene
from linkflow.web.headers import POLICY
from tests import hostile
from tests.config_factories import make_catalogue, organization_content
from tests.mail.examples import NOW
from tests.web.office import BASE

SHOWN = ("welcome", "consent", "software", "link-expired", "mail-request-financials", "mail-connected")
PAGES, MAILS = ("welcome", "consent", "software", "link-expired"), ("request", "connected")
FORMATTING = {"em", "strong", "br", "a.link", "span.list", "span.list list--numbered", "span.item", "span.item__mark"}
LANGUAGE = "en-GB"
ADDRESS = re.compile(r"(/(?!/)|#|\?|https://|http://127\.0\.0\.1|mailto:[^?]+@[^?]+\Z|tel:\+?[0-9]|\Z)")


IN_EVERY_RUN = 5
"""Every so manieth value; all of them where there is time."""


@cache
def places() -> tuple[str, ...]:
    """Every key of the file that takes a text, as problems name it; of own words all of some pages and mails."""
    schema = organization_schema()
    found = [path for path in _strings(schema, schema["$defs"]) if not path.startswith(("content.", "emails."))]
    texts = shipped_texts()
    for table, names, prefix in (("content", PAGES, ""), ("emails", MAILS, "email/")):
        for name in names:
            words = texts[prefix + name]
            found += [f"{table}.{LANGUAGE}.{name}.{key}" for key in (*words.slots, *words.sentences)]
    return tuple(found)


def _strings(schema: Mapping[str, Any], named: Mapping[str, Any], where: str = "") -> Iterator[str]:
    if "$ref" in schema:
        yield from _strings(named[schema["$ref"].rpartition("/")[2]], named, where)
    for one in schema.get("anyOf", ()):
        yield from _strings(one, named, where)
    if schema.get("type") == "string" and not {"enum", "const"} & schema.keys():
        yield where
    if "items" in schema:
        yield from _strings(schema["items"], named, f"{where}[0]")
    for key, one in schema.get("properties", {}).items():
        if where or key not in ("content", "emails"):
            yield from _strings(one, named, f"{where}.{key}" if where else key)


def file_with(values: Mapping[str, str]) -> dict[str, Any]:
    """A small file with each value in its place."""
    sign_in = {"issuer": "https://login.example", "client_id": "x", "groups": {"staff": "viewer"}}
    look = {"navigation": [{"label": "About", "url": "https://northbank.example/about"}]}
    content = organization_content(
        look=look,
        consent=[{"header": "Why", "body": "We need it."}],
        help={"phone": "+44 191 496 0142"},
        sign_in=sign_in,
    )
    for place, value in values.items():
        at: Any = content
        parts = _parts(place)
        for key, following in pairwise(parts):
            empty: Any = [] if isinstance(following, int) else {}
            if isinstance(key, str):
                at = at.setdefault(key, empty)
            else:
                at[:] = at or [empty]
                at = at[key]
        if isinstance(parts[-1], str):
            at[parts[-1]] = value
        else:
            at[:] = [value]
    return content


def _parts(place: str) -> list[str | int]:
    """The keys of a place; a sentence is one key, whatever stands in it."""
    depth = 3 if place.startswith(("content.", "emails.")) else -1
    named = place.split(".", depth)
    if depth < 0:
        named = place.replace("[", ".[").split(".")
    return [int(name[1:-1]) if re.fullmatch(r"\[\d+\]", name) else name for name in named]


def taken(value: str, folder: Path) -> tuple[Organization, tuple[str, ...]]:
    """The organization with the value wherever it is not refused, and these places."""
    where = places()
    while True:
        content = file_with(dict.fromkeys(where, value))
        try:
            return organization_from(content, make_catalogue(), slug="northbank", folder=folder), where
        except ConfigurationError as refusal:
            keys = [problem.key for problem in refusal.problems]
            left = tuple(place for place in where if not any(_concerns(key, place) for key in keys))
            if len(left) == len(where):
                raise
            where = left


def _concerns(key: str, place: str) -> bool:
    """A problem is about this place, the table it is in, or what is in it."""
    return key in (place, place.partition("[")[0]) or place.startswith((f"{key}.", f"{key}["))


class _Structure(HTMLParser):
    """The elements of a document with the names of their attributes; how text is set off left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []
        self.addresses: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")]
        if tag not in FORMATTING and f"{tag}.{given.get('class')}" not in FORMATTING:
            self.found.append((tag, *sorted(given)))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment",))


def made_of(organization: Organization) -> dict[str, str]:
    """What of the samples is looked at, as it would be answered or sent."""
    scene = Scene(organization=organization, language=LANGUAGE)
    found = {}
    for sample in (one for several in samples(scene).values() for one in several if one.name in SHOWN):
        if isinstance(sample, MailSample):
            mail = render_mail(sample.kind, organization, language=LANGUAGE, context=sample.context)
            mail = fill(mail, link="https://a.example/l/x")
            found[sample.name], found[f"{sample.name} text"] = mail.html, mail.text
            found[f"{sample.name} message"] = _sent(mail)
        else:
            pages.speak_for(organization)
            answer = pages.render(sample.template, shell=sample.shell, page=sample.page)
            found[sample.name] = answer.get_data(as_text=True)
    return found


def _sent(mail: Any) -> str:
    sender = Mailbox.parse("Northbank <data@northbank.example>")
    message = compose(mail, sender=sender, recipient=sender, message_id="<x@northbank.example>", date=NOW)
    return message.as_bytes().decode("ascii")


VALUES = [
    pytest.param(value, id=str(number), marks=() if number % IN_EVERY_RUN == 0 else pytest.mark.slow)
    for number, value in enumerate(hostile.VALUES)
]


@pytest.mark.parametrize("value", VALUES)
def test_a_hostile_value_is_refused_or_shown_as_text(inside: Flask, tmp_path: Path, value: str) -> None:
    organization, where = taken(value, tmp_path)
    calm = calmly_made(where)
    for name, made in made_of(organization).items():
        if name.endswith(" message"):
            assert _headers(made) == _headers(calm[name]), name
        elif not name.endswith(" text"):
            assert _Structure(made).found == _Structure(calm[name]).found, name
            assert [one for one in _Structure(made).addresses if not ADDRESS.match(one)] == [], name
            assert ("49" in _text_of(made)) is ("49" in _text_of(calm[name])), "nothing is reckoned"
    assert organization.look.theme_css.count("{") == organization.look.theme_css.count("}") == 3
    if "look.secured_by" in where:
        assert " ".join(value.split()) in " ".join(_text_of(made_of(organization)["welcome"]).split())


@cache
def calmly_made(where: tuple[str, ...]) -> dict[str, str]:
    """The same with words nobody minds in those places; an address where an address was taken."""
    values = {place: "https://harmless.example" if place.endswith(("url", "issuer")) else "Harmless" for place in where}
    return made_of(organization_from(file_with(values), make_catalogue(), slug="northbank", folder=Path("/nowhere")))


def _headers(message: str) -> list[str]:
    return re.findall(r"^([A-Za-z-]+):", message.partition("\r\n\r\n")[0], re.MULTILINE)


def _text_of(html: str) -> str:
    found: list[str] = []
    reading = HTMLParser()
    reading.handle_data = found.append  # type: ignore[method-assign]
    reading.feed(html)
    return "".join(found)


def test_every_text_of_the_file_is_tried(tmp_path: Path) -> None:
    tried = set(places())
    assert {"name", "help.email", "look.navigation[0].label", "consent[0].body", "sign_in.issuer"} <= tried
    assert len(tried) > 200
    assert len(hostile.VALUES) + len(hostile.REFUSED_IMAGES) + len(hostile.CLEANED_IMAGES) > 100


@pytest.mark.parametrize("key", ["logo", "icon", "hero"])
def test_a_hostile_picture_is_refused_or_drawn_anew_wherever_it_stands(tmp_path: Path, key: str) -> None:
    content = organization_content(look={key: "x.png", "logo_alt": "x", "hero_alt": "x"})
    for name, given in hostile.REFUSED_IMAGES.items():
        (tmp_path / "x.png").write_bytes(given)
        with pytest.raises(ConfigurationError) as refusal:
            organization_from(content, make_catalogue(), slug="northbank", folder=tmp_path)
        assert [problem.key for problem in refusal.value.problems] == [f"look.{key}"], name
    for name, given in hostile.CLEANED_IMAGES.items():
        (tmp_path / "x.png").write_bytes(given)
        organization = organization_from(content, make_catalogue(), slug="northbank", folder=tmp_path)
        image = getattr(organization.look, key)
        assert image.media_type in ("image/png", "image/jpeg")
        assert (b"script" in image.content, b"PK" in image.content) == (False, False), name


@pytest.mark.slow
def test_no_hostile_value_runs_or_loads_anything_in_a_browser(inside: Flask, page: Page, tmp_path: Path) -> None:
    """Pages with their own policy; mails with one that lets everything run, since mail programs have none of ours."""
    told: list[str] = []
    shown: dict[str, tuple[str, str]] = {}
    client = inside.test_client()

    def answer(route: Route) -> None:
        address = route.request.url
        path = address.removeprefix(BASE)
        if path in shown:
            body, policy = shown[path]
            kind = "text/css" if path == THEME else "text/html"
            route.fulfill(body=body, content_type=kind, headers={"Content-Security-Policy": policy})
        elif address.startswith(f"{BASE}/static/"):
            given = client.get(path, base_url=BASE)
            route.fulfill(status=given.status_code, body=given.data, content_type=given.content_type)
        else:
            told.append(f"asked for {address}")
            route.abort()

    page.route("**/*", answer)
    page.on("dialog", lambda dialog: (told.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.add_init_script("addEventListener('securitypolicyviolation', event => console.error(event.blockedURI))")
    for value in hostile.VALUES:
        organization, _ = taken(value, tmp_path)
        shown[THEME] = (organization.look.theme_css, POLICY)
        for name, html in made_of(organization).items():
            if " " not in name:
                policy = ANYTHING if name.startswith("mail-") else POLICY
                shown[f"/{name}"] = (re.sub(r'"[^"]*/theme/[^"]*"', f'"{THEME}"', html), policy)
                page.goto(f"{BASE}/{name}")
                page.evaluate(STIR)
        assert told == [], repr(value)


THEME = "/theme.css"
ANYTHING = "default-src * data: blob: 'unsafe-inline' 'unsafe-eval'"
STIR = """() => document.querySelectorAll("*").forEach(one => ["mouseover", "focus", "toggle", "load", "error"].forEach(
    kind => one.dispatchEvent(new Event(kind))))"""
