"""Own words in a file: each has a place in the templates, names what is known there, and is told of where missing."""

import re
from pathlib import Path

import pytest

from linkflow import paths
from linkflow.organizations import organization_from
from linkflow.problems import ConfigurationError
from linkflow.shipped_texts import is_paragraph, keyed, shipped_texts
from tests.config_factories import make_catalogue, make_organization, organization_content


def problems(**over):
    with pytest.raises(ConfigurationError) as refusal:
        organization_from(organization_content(**over), make_catalogue(), slug="northbank", folder=Path("/nowhere"))
    return {problem.key: problem.reason for problem in refusal.value.problems}


def on_page(page="consent", **texts):
    return problems(content={"en-GB": {page: texts}})


def in_mail(kind="request", **texts):
    return problems(emails={"en-GB": {kind: texts}})


def test_an_unknown_page_mail_place_and_sentence_are_told_with_the_nearest_known_one():
    assert on_page("cosent", title="x")["content.en-GB.cosent"].endswith("did you mean 'consent'?")
    assert on_page(titel="x")["content.en-GB.consent.titel"].endswith("did you mean 'title'?")
    found = on_page(**{"Your ful name": "x"})["content.en-GB.consent.Your ful name"]
    assert found.endswith("did you mean 'Your full name'?")
    assert in_mail("requests", subject="x")["emails.en-GB.requests"].endswith("did you mean 'request'?")
    assert in_mail(subjct="x")["emails.en-GB.request.subjct"].endswith("did you mean 'subject'?")
    assert in_mail(bth={"subject": "x"})["emails.en-GB.request.bth"].endswith("did you mean 'both'?")
    assert problems(content={"en-GD": {"consent": {"title": "x"}}})["content"].endswith("did you mean 'en-GB'?")


def test_a_key_like_nothing_is_told_with_the_places_there_are():
    assert "places: continue, title; or a sentence" in on_page("code", zzz="x")["content.en-GB.code.zzz"]


def test_an_unknown_name_is_told_with_those_there_are():
    found = on_page(title="{sofware} for {0.__class__} {{7*7}}")["content.en-GB.consent.title"]
    assert "has {0.__class__}, {7*7}, {sofware}, which has no value here" in found
    assert "known: {organization}, {software}" in found
    found = in_mail(intro="{software}")["emails.en-GB.request.intro"]
    assert found.endswith("known: {company}, {contact}, {organization}, {person}, {request}")


@pytest.mark.parametrize("text", ["Share {organization", "organization} asks", "For { organization }"])
def test_a_brace_that_belongs_to_no_name_is_told(text):
    assert on_page(title=text)["content.en-GB.consent.title"].startswith("has a brace that belongs to no name")


@pytest.mark.parametrize("kind", ["digest", "invitation", "new_password"])
def test_a_mail_about_no_company_names_none(kind):
    found = in_mail(kind, subject="About {company}")[f"emails.en-GB.{kind}.subject"]
    assert "has {company}, which has no value here" in found


def test_a_page_has_the_sentences_of_its_frame_but_for_what_it_says_in_their_place():
    assert "Save and leave" in shipped_texts()["exit"].sentences, "it adds to that part of the frame"
    assert not any("as the contact of" in one for one in shipped_texts()["email/digest"].sentences)


@pytest.mark.parametrize("name", ["company", "contact", "person", "tenant"])
def test_the_first_page_never_names_whom_it_is_for(name):
    assert "has no value here" in on_page("welcome", title=f"For {{{name}}}")["content.en-GB.welcome.title"]


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("title", "Two\nlines", "one line"),
        ("accept", "x" * 151, "one line of at most 150"),
        ("title", "\u200b", "nothing to read"),
        ("lede", "[x](javascript:alert(1))", "https://, mailto: or tel:"),
        ("lede", "**", "nothing to read"),
        ("Kept with what you agree to.", "![x](https://a.example)", "has a picture"),
        ("title", "x\u202ey", "pattern"),
    ],
)
def test_a_text_that_does_not_fit_its_place_is_refused(key, text, reason):
    assert reason in on_page(**{key: text})[f"content.en-GB.consent.{key}"]


def test_words_on_the_consent_page_cannot_take_the_place_of_a_computed_fact():
    for fact in ("What is shared", "How to stop", "How long it is kept", "Read or change"):
        assert "neither a place nor a sentence" in on_page(**{fact: "x"})[f"content.en-GB.consent.{fact}"]


def test_any_sentence_of_any_page_and_mail_can_be_said_otherwise():
    everything = {
        name: dict.fromkeys((*texts.slots, *texts.sentences), "Said {organization} otherwise")
        for name, texts in shipped_texts().items()
    }
    mails = {name.removeprefix("email/"): words for name, words in everything.items() if name.startswith("email/")}
    pages = {name: words for name, words in everything.items() if not name.startswith("email/")}
    assert make_organization(content={"en-GB": pages}, emails={"en-GB": mails}).content
    assert len(everything["email/everywhere"]) > 100


def test_every_customers_page_and_every_mail_has_a_place_for_its_title_or_subject():
    texts = shipped_texts()
    for path in (paths.templates() / "linkflow").glob("customer/*.html"):
        assert texts[path.stem].slots, path.stem
    for name, one in texts.items():
        if name.startswith("email/") and name != "email/everywhere":
            assert "subject" in one.slots, name


def test_no_paragraph_stands_in_an_attribute_where_markup_would_break_it():
    sentence = re.compile(r"""="[^"{<>]*\{\{\s*(?:_|gettext)\(['"](.+?)['"][^|}]*\}\}""")
    for path in (paths.templates() / "linkflow").rglob("*.html"):
        for found in sentence.findall(path.read_text()):
            assert not is_paragraph(found), (path.name, found)


def test_a_sentence_is_named_as_it_is_shown():
    assert keyed("%(organization)s asks\n  for 5%%") == "{organization} asks for 5%"
