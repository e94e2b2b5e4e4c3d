"""The list of samples is whole: it has every template, page, mail, and each value a page's fields can take."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from flask import Flask

from linkflow import paths
from linkflow.domain.errors import NotFound
from linkflow.images import Image
from linkflow.mail.render import CONTEXTS, MailKind
from linkflow.organization_model import Access, ConsentSection, NavigationItem, Organization, Welcome
from linkflow.web.gallery.documents import document, documents
from linkflow.web.gallery.every import samples
from linkflow.web.gallery.sample import MailSample, PageSample, Sample
from linkflow.web.gallery.scene import Scene
from linkflow.web.running import ctx
from tests.web.every_page import names_of

ROOT = paths.templates() / "linkflow"
ELSEWHERE = {
    *("AboutRequest", "FieldView", "FormError", "FormView", "HelpContact", "LanguageChoice", "LanguageSwitch", "Shell"),
    "Step",
}
"""The frame's and the forms' own values: whether they are given is the organization's, not the page's, business."""
FROM_OUTSIDE = ("logo_url", "software_logo_url", "image_url", "device_warning", "required_role")
"""Fields that the catalogue and the organization decide; its own page may have none."""
UNSEEN = {  # what every view gives, or none does
    ("CodeMail", "entity_name", "given"),
    ("ConnectedPage", "expected_name", "left out"),
    ("ConsentPage", "back_href", "left out"),
    ("ConsentPage", "books_of", "left out"),
    ("ConsentPage", "other_software_href", "left out"),
    ("EntityRow", "href", "left out"),
    ("NoSoftwarePage", "back_href", "given"),
    ("ReconnectMail", "entity_name", "given"),
    ("UploadPage", "back_href", "left out"),
}


@pytest.fixture(name="every")
def every_sample(inside: Flask) -> list[Sample]:
    """Of the shipped organizations, and of one with every switch the other way round."""
    shipped = list(ctx().organizations().values())
    return [one for organization in (*shipped, *map(turned, shipped)) for one in listed(organization)]


def turned(organization: Organization) -> Organization:
    """The same with every switch the other way."""
    feel = organization.feel
    switches = {
        one.name: not getattr(feel, one.name) for one in fields(feel) if isinstance(getattr(feel, one.name), bool)
    }
    other = {
        "welcome": Welcome.SHORT if feel.welcome is Welcome.FULL else Welcome.FULL,
        "access": Access.ONCE if feel.access is Access.ONGOING else Access.ONGOING,
        "redirect_after": "https://bank.example/done",
    }
    return replace(
        organization,
        feel=replace(feel, **switches, **other),
        reviewed_languages=(),
        terms_url=None,
        phrase_check_url=None,
    )


def listed(organization: Organization) -> Iterator[Sample]:
    scene = Scene(organization=organization, language=organization.default_language)
    for found in samples(scene).values():
        yield from found


def test_every_page_a_customer_can_meet_is_among_the_samples(every: list[Sample]) -> None:
    there = {
        f"{file.parent.name}/{file.name}" for folder in ("customer", "errors") for file in ROOT.glob(f"{folder}/*.*")
    }
    assert there == {one.template for one in every if isinstance(one, PageSample)}


def test_every_name_a_page_can_have_is_among_the_samples(inside: Flask, every: list[Sample]) -> None:
    templates = {one.template for one in every if isinstance(one, PageSample)}
    shown = {
        name
        for slug in ctx().organizations()
        for organization in (ctx().organizations()[slug], turned(ctx().organizations()[slug]))
        for one in documents(organization, organization.default_language)
        for name in re.findall(r' data-page="([^"]+)"', one.body)
    }
    assert shown == {name for template in templates if template.endswith(".html") for name in names_of(template)}


def test_every_mail_is_among_the_samples(every: list[Sample]) -> None:
    assert {one.kind for one in every if isinstance(one, MailSample)} == set(MailKind)
    assert {path.parent.name for path in ROOT.glob("email/*/subject.txt")} == {kind.value for kind in MailKind}


def test_every_value_of_every_field_of_a_page_or_mail_is_seen(every: list[Sample]) -> None:
    seen = defaultdict[tuple[str, str], set[str]](set)
    for sample in every:
        for value in parts_of(sample.page if isinstance(sample, PageSample) else sample.context):
            for name in hints_of(type(value)):
                seen[type(value).__name__, name].add(word_of(getattr(value, name)))
    kinds = {type(part) for one in every for part in parts_of(one.page if isinstance(one, PageSample) else one.context)}
    wanted = {
        (kind.__name__, name, word)
        for kind in kinds
        for name, hint in hints_of(kind).items()
        for word in words_of(hint)
    }
    missing = {one for one in wanted if one[1] not in FROM_OUTSIDE and not seen_as(one[2], seen[one[0], one[1]])}
    assert sorted(missing) == sorted(UNSEEN)


def test_the_samples_of_mails_are_what_their_kinds_are_about(every: list[Sample]) -> None:
    for one in every:
        if isinstance(one, MailSample):
            assert isinstance(one.context, CONTEXTS[one.kind])


@pytest.mark.parametrize("slug", ["northbank", "harbour"])
def test_no_two_samples_of_an_organization_share_a_name(inside: Flask, slug: str) -> None:
    names = [one.name for one in listed(ctx().organizations()[slug])]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z0-9-]+", name)] == []


def test_an_organization_sees_only_what_its_switches_let_its_customers_see(inside: Flask) -> None:
    harbour = ctx().organizations()["harbour"]
    names = {one.name for one in listed(harbour)}
    assert not {name for name in names if name.startswith(("upload", "hand-over", "consent-upload"))}
    assert "code" in names
    assert "entity-count" in names
    with_files = {one.name for one in listed(turned(harbour))}
    assert {"upload", "hand-over", "consent-upload"} <= with_files
    assert "code" not in with_files


def test_no_document_leads_anywhere(inside: Flask) -> None:
    northbank = ctx().organizations()["northbank"]
    for one in documents(northbank, "en-GB"):
        html = "" if one.kind == "text" else one.body
        assert "<script" not in html, one.name
        assert set(re.findall(r"<form [^>]*action=\"([^\"]*)\"", html)) <= {"#"}, one.name
        assert {href for href in re.findall(r"<a [^>]*?href=\"([^\"]*)\"", html) if not href.startswith("#")} == set()


def test_a_document_is_the_organizations_own(inside: Flask) -> None:
    found = document(ctx().organizations()["harbour"], "en-GB", "welcome")
    assert found.title == "Let us see how the shop is doing – Harbour & Finch"
    assert "/theme/harbour/" in found.body


def test_the_way_back_names_the_organizations_own_host(inside: Flask) -> None:
    harbour = ctx().organizations()["harbour"]
    feel = replace(harbour.feel, redirect_after="https://shop.harbour.example/{status}")
    assert "shop.harbour.example" in document(replace(harbour, feel=feel), "en-GB", "returning").body


def test_a_receipt_has_the_organizations_own_words_as_they_are_kept(inside: Flask) -> None:
    own = ConsentSection(header="Who sees it", body="Our **own** people, and nobody else.")
    organization = replace(ctx().organizations()["northbank"], consent=(own,))
    for name in ("access", "receipt"):
        shown = document(organization, "en-GB", name)
        assert "Our own people, and nobody else." in (shown.body or shown.text), name


def test_the_wide_picture_stands_on_the_first_page_and_own_links_on_every_one(inside: Flask) -> None:
    hero = Image(content=b"x", media_type="image/png", suffix=".png", alt="A street")
    harbour = ctx().organizations()["harbour"]
    link = NavigationItem(label="Lending", url="https://harbour.example/lending")
    dressed = replace(harbour, look=replace(harbour.look, hero=hero, navigation=(link,)))
    for name, pictures in (("welcome", 1), ("software", 0), ("link-expired", 0)):
        body = document(dressed, "en-GB", name).body
        assert (
            len(re.findall(rf'<img class="hero" src="[^"]*/brand/harbour/{hero.file_name}" alt="A street">', body))
            == pictures
        )
        assert len(re.findall("<li><a[^>]*>Lending</a></li>", body)) == 2, "in the head and in the foot"


def test_there_is_no_document_of_a_name_nobody_knows(inside: Flask) -> None:
    harbour = ctx().organizations()["harbour"]
    with pytest.raises(NotFound):
        document(harbour, "en-GB", "upload")


def parts_of(value: Any) -> Iterator[Any]:
    """The value and every one inside it that is a page's own."""
    if is_dataclass(value) and type(value).__name__ not in ELSEWHERE:
        yield value
        for one in fields(value):
            yield from parts_of(getattr(value, one.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts_of(one)


@cache
def hints_of(kind: type) -> Mapping[str, Any]:
    return {name: hint for name, hint in get_type_hints(kind).items() if name in {one.name for one in fields(kind)}}


def words_of(hint: Any) -> set[str]:
    """What a field of this type has to be seen as: each word of a list, yes and no, given and left out."""
    if get_origin(hint) is Literal:
        return {str(one) for one in get_args(hint)}
    if hint is bool:
        return {"True", "False"}
    if get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint):
        inner = [one for one in get_args(hint) if one is not NoneType]
        return {"given", "left out"} | (words_of(inner[0]) if get_origin(inner[0]) is Literal else set())
    return set()


def word_of(value: Any) -> str:
    if value is None:
        return "left out"
    return str(value) if isinstance(value, str | bool) else "given"


def seen_as(word: str, seen: set[str]) -> bool:
    return bool(seen - {"left out"}) if word == "given" else word in seen
