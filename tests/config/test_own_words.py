"""An organization's own words on a rendered page: by place and by sentence, filled in, escaped, never run."""

import pytest

from linkflow.own_words import OwnWords, plain_words
from linkflow.templating import environment
from tests.config_factories import make_organization

PAGE = (
    '{{ slot("consent.title", gettext("Share your books in %(software)s with %(organization)s", software=software, '
    'organization="Northbank")) }}|{{ _("Your full name") }}|{{ _("Kept with what you agree to.") }}|'
    "{% trans tenant=tenant %}Choose <strong>{{ tenant }}</strong> there.{% endtrans %}|"
    '{{ ngettext("There is a problem", "There are %(num)s problems", count) }}'
)
SHIPPED = (
    "Share your books in Xero with Northbank|Your full name|Kept with what you agree to.|"
    "Choose <strong>A &amp; B</strong> there.|There are 2 problems"
)


def shown(content, *, page="consent", language="en-GB", template=PAGE, **values):
    organization = make_organization()
    object.__setattr__(organization, "content", content)
    words = OwnWords(organization, page, language).context()
    given = {"software": "Xero", "tenant": "A & B", "count": 2, **values, **words}
    return environment(language).from_string(template).render(**given)


def own(**texts):
    return {("en-GB", "consent", key): text for key, text in texts.items()}


def test_without_own_words_a_page_is_as_shipped():
    assert shown({}) == SHIPPED


def test_a_place_takes_names_and_no_markup():
    assert shown(own(title="<b>{software}</b> for **{organization}** & you")).startswith(
        "&lt;b&gt;Xero&lt;/b&gt; for **Northbank** &amp; you|"
    )


def test_a_sentence_is_its_own_key_and_a_paragraph_may_have_emphasis():
    found = shown(
        {
            ("en-GB", "consent", "Your full name"): "First *and* last name",
            ("en-GB", "consent", "Kept with what you agree to."): "Kept **for ever**, [why](https://a.example).",
            ("en-GB", "consent", "Choose <strong>{tenant}</strong> there."): "Take **{tenant}**, please.",
            ("en-GB", "consent", "There are {num} problems"): "{num} things to mend",
        }
    ).split("|")
    assert found[1:] == [
        "First *and* last name",
        'Kept <strong>for ever</strong>, <a class="link" href="https://a.example">why</a>.',
        "Take <strong>A &amp; B</strong>, please.",
        "2 things to mend",
    ]


def test_a_sentence_of_everywhere_gives_way_to_the_pages_own():
    everywhere = {("en-GB", "everywhere", "Your full name"): "Who you are"}
    assert "|Who you are|" in shown(everywhere)
    assert "|Who you are|" in shown(everywhere, page="summary")
    assert "|Name|" in shown({**everywhere, ("en-GB", "consent", "Your full name"): "Name"})


def test_a_place_keeps_its_names_and_its_emphasis_where_the_sentence_has_own_words_too():
    places = (
        '{{ slot("consent.title", gettext("Share with %(organization)s from %(software)s", organization="Northbank", '
        'software=software)) }}|{{ slot("consent.lede", _("Nothing is read yet.")) }}|'
        '{{ slot("consent.count", ngettext("%(num)s thing", "%(num)s things", count)) }}'
    )
    said = {
        ("en-GB", "everywhere", "Share with {organization} from {software}"): "Give {organization} {software}",
        ("en-GB", "everywhere", "Nothing is read yet."): "Nothing yet",
        ("en-GB", "everywhere", "{num} things"): "{num} matters",
        **own(title="From {software}", lede="Nothing *at all* yet.", count="All {num} of them"),
    }
    assert shown(said, template=places) == "From Xero|Nothing <em>at all</em> yet.|All 2 of them"
    assert shown(own(count="All {num} of them"), template=places).endswith("|All 2 of them")


def test_a_name_that_only_a_script_fills_in_stays_in_own_words():
    place = """{{ _("{n} found") }}"""
    assert shown(own(**{"{n} found": "{n} of them at {organization}"}), template=place) == "{n} of them at Northbank"
    assert shown(own(**{"{n} found": "{m} of them"}), template=place) == "{n} found"


def test_words_of_another_language_are_not_shown():
    assert shown({("fr", "consent", "Your full name"): "Votre nom"}) == SHIPPED


@pytest.mark.parametrize("text", ["{tenant}", "About {unknown}", "{software}{0.__class__}{tenant}", "**", "\u200b"])
def test_words_without_a_value_for_a_name_or_without_anything_to_read_leave_the_shipped_ones(text):
    assert shown(own(title=text), software="").startswith("Share your books in  with Northbank|")


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }} a", "{{7*7}} a", "%(x)s a", "%s a", "{% if 1 %} a", "{0.__class__} a", "{software!r} a", "$x a"]
)
def test_nothing_an_organization_writes_is_run(text):
    assert shown(own(title=text)).startswith(f"{text}|")


def test_a_value_is_no_markup_whatever_it_is():
    found = shown(
        {("en-GB", "consent", "Choose <strong>{tenant}</strong> there."): "Take {tenant}."},
        tenant="**x** [y](https://z.example) <i>{software}</i>",
    )
    assert "Take **x** [y](https://z.example) &lt;i&gt;{software}&lt;/i&gt;." in found


def test_sentences_that_code_puts_together_can_have_own_words_too():
    said = make_organization(content={"en-GB": {"welcome": {"purpose": "For **{organization}**’s card."}}})
    assert plain_words(said, "welcome", "purpose", "en-GB", "Shipped.") == "For Northbank’s card."
    assert plain_words(make_organization(), "welcome", "purpose", "en-GB", "Shipped.") == "Shipped."
