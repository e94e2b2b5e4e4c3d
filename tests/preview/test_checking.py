"""What `linkflow check` says of pages and mails."""

from dataclasses import replace

import pytest

from linkflow.cli import main
from linkflow.domain import brand
from linkflow.preview import building, checking, chromium
from linkflow.preview.checking import check
from linkflow.preview.contrast import colour_problems
from linkflow.preview.looking import Job
from linkflow.services.context import Context
from linkflow.web.gallery import documents
from tests.config_factories import make_organization
from tests.preview.conftest import Apart


def test_every_page_and_mail_of_every_organization_is_rendered_in_each_language(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = check(ctx, look=False)
    assert plain.problems == ()
    known = ctx.organizations()
    two = {slug: replace(one, languages=("en-GB", "fr")) for slug, one in known.items()}
    assert check(replace(ctx, organizations=lambda: two), look=False).documents == 2 * plain.documents  # type: ignore[arg-type,return-value]


def test_it_says_when_nothing_was_looked_at(
    few: None, ctx: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chromium, "find_spec", lambda name: None)
    assert main(["check"]) == 0
    told = capsys.readouterr().out
    assert "axe was not run: " in told
    assert "pip install 'linkflow[preview]'" in told
    assert "No mistakes found." in told


def test_with_a_browser_axe_is_run(few: None, apart: Apart, ctx: Context) -> None:
    harbour = {"harbour": ctx.organizations()["harbour"]}
    checked = apart(check, replace(ctx, organizations=lambda: harbour))  # type: ignore[arg-type,return-value]
    assert checked.not_looked is None
    assert checked.problems == ()


def test_it_looks_as_the_gallery_does_but_takes_no_pictures(
    few: None, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Job] = []

    def look(jobs: list[Job], *, report: object) -> None:
        looked.extend(jobs)

    monkeypatch.setattr(checking, "look_at", look)
    both = {"harbour": replace(ctx.organizations()["harbour"], languages=("en-GB", "fr"))}
    check(replace(ctx, organizations=lambda: both))  # type: ignore[arg-type,return-value]
    views = {job.document.parent.name: tuple(map(str, job.views)) for job in looked}
    assert views == {
        "en-GB": ("phone-light", "phone-dark", "desktop-light", "desktop-dark"),
        "fr": ("phone-light",),
    }
    assert {job.pictures for job in looked} == {None}


def test_a_page_that_is_wrong_is_named_and_fails_the_check(
    few: None, ctx: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(documents, "_title", lambda html: "")
    assert main(["check", "--without-browser"]) == 1
    told = capsys.readouterr()
    assert "northbank, en-GB, welcome: it has no title" in told.err
    assert "No mistakes found." not in told.out


def test_what_axe_finds_fails_the_check(few: None, apart: Apart, ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = documents.inert
    monkeypatch.setattr(documents, "inert", lambda html: plain(html).replace("<h1>", '<input id="nameless"><h1>'))
    monkeypatch.setattr(building, "EVERYWHERE", building.ONCE)
    problems = apart(check, ctx).problems
    assert "harbour, en-GB, welcome, phone-light: label: Form elements must have labels (#nameless)" in problems


def test_colours_that_cannot_be_told_apart_are_told_by_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = make_organization(look={"primary": "#12467b"})
    assert list(colour_problems(organization)) == []
    tokens = brand.theme_tokens(organization.look)
    pale = {**tokens, "dark": {**tokens["dark"], "--text": tokens["dark"]["--surface"]}}
    monkeypatch.setattr("linkflow.preview.contrast.theme_tokens", lambda look: pale)
    told = list(colour_problems(organization))
    assert told[0].startswith("dark: --text on --surface has a contrast of 1.00 : 1")
    assert all(one.startswith("dark: --text ") for one in told)
